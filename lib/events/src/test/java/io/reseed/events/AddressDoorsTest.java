package io.reseed.events;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reseed.events.codec.DecodedEvent;
import io.reseed.events.codec.EncodedEvent;
import io.reseed.events.codec.EventCodec;
import io.reseed.events.codec.EventContext;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The codec and the schemas have the one rule of what an address is. */
class AddressDoorsTest {
  private static final Path LIST =
      Path.of("../fleet/src/test/resources/io/reseed/fleet/addresses.txt");
  private static final EventContext CONTEXT =
      new EventContext("e-1", URI.create("/test"), null, null);

  private final EventCodec codec = new EventCodec();

  static Stream<String> addresses() throws IOException {
    return Files.readAllLines(LIST).stream().filter(line -> !line.startsWith("#"));
  }

  @ParameterizedTest
  @MethodSource("addresses")
  void aServerIsReadExactlyIfItIsListedAsAnAddress(String line) {
    ObjectNode document = document(Topic.SHARD_DECLARED);
    document.putArray("servers").add(line.substring(2));
    assertSame(Topic.SHARD_DECLARED, document, line);
  }

  /** What stands before the port of an address with a sound port. */
  @ParameterizedTest
  @MethodSource("addresses")
  void aHostIsReadExactlyIfAnAddressCanBeMadeOfIt(String line) {
    String text = line.substring(2);
    int colon = text.lastIndexOf(':');
    if (!text.substring(colon + 1).equals("1") && !line.startsWith("+")) {
      return; // the port is what is wrong with it
    }
    String host = text.substring(0, colon);
    boolean bracketed = host.startsWith("[") && host.endsWith("]");
    ObjectNode document = document(Topic.HOST_STATUS);
    document.put("address", bracketed ? host.substring(1, host.length() - 1) : host);
    if (host.equals("[db]")) {
      return; // a host, which must not stand in brackets
    }
    assertSame(Topic.HOST_STATUS, document, line);
  }

  private void assertSame(Topic topic, ObjectNode document, String line) {
    EncodedEvent sample = codec.encode(sample(topic), CONTEXT);
    byte[] bytes = document.toString().getBytes(StandardCharsets.UTF_8);
    assertThat(codec.decode(topic, null, sample.headers(), bytes) instanceof DecodedEvent.Valid)
        .as("codec: " + line)
        .isEqualTo(line.startsWith("+"));
    JsonNode read = Golden.parse(bytes);
    assertThat(Golden.violations(topic, read))
        .as("schema: " + line)
        .matches(violations -> violations.isEmpty() == line.startsWith("+"));
  }

  private static Event sample(Topic topic) {
    return new EventSamples(new Random(1), EventSamples.Optionals.WHERE_POSSIBLE).event(topic);
  }

  private ObjectNode document(Topic topic) {
    byte[] value = codec.encode(sample(topic), CONTEXT).value();
    return (ObjectNode) Golden.parse(value == null ? new byte[0] : value);
  }
}

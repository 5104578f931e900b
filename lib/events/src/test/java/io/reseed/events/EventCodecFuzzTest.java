package io.reseed.events;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.events.codec.DecodedEvent;
import io.reseed.events.codec.EventCodec;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever lies on a topic, reading it ends with an answer and never with an exception. */
class EventCodecFuzzTest {
  private static final int TRIES = 2_000;

  private final EventCodec codec = new EventCodec();

  @ParameterizedTest
  @EnumSource(Topic.class)
  void randomBytesAreRejected(Topic topic) {
    Random random = new Random(topic.name().hashCode());
    Map<String, byte[]> golden = Golden.binary(topic).headers();
    for (int i = 0; i < TRIES; i++) {
      byte[] value = new byte[random.nextInt(300)];
      random.nextBytes(value);
      Map<String, byte[]> headers = randomHeaders(random, golden);

      assertThat(codec.decode(topic, null, headers, value))
          .as("try %d", i)
          .isInstanceOf(DecodedEvent.Rejected.class);
    }
  }

  @ParameterizedTest
  @EnumSource(Topic.class)
  void mutatedRecordsAreAnsweredInBinaryMode(Topic topic) {
    Golden.Message golden = Golden.binary(topic);
    Random random = new Random(topic.name().hashCode());
    int rejected = 0;
    for (int i = 0; i < TRIES; i++) {
      Map<String, byte[]> headers = new HashMap<>(golden.headers());
      if (random.nextInt(4) == 0) {
        headers.replaceAll((name, value) -> mutated(random, value));
      }
      DecodedEvent decoded =
          codec.decode(topic, golden.key(), headers, mutated(random, golden.bytes()));
      rejected += decoded instanceof DecodedEvent.Rejected ? 1 : 0;
    }
    assertThat(rejected).isBetween(TRIES / 4, TRIES - 1);
  }

  @ParameterizedTest
  @EnumSource(
      value = Topic.class,
      names = {"PRIMARY_FAILED", "SHARD_DECLARED"})
  void mutatedRecordsAreAnsweredInStructuredMode(Topic topic) {
    Golden.Message golden = Golden.structured(topic);
    Random random = new Random(topic.name().hashCode());
    int rejected = 0;
    for (int i = 0; i < TRIES; i++) {
      DecodedEvent decoded =
          codec.decode(topic, null, golden.headers(), mutated(random, golden.bytes()));
      rejected += decoded instanceof DecodedEvent.Rejected ? 1 : 0;
    }
    assertThat(rejected).isBetween(TRIES / 4, TRIES - 1);
  }

  private static Map<String, byte[]> randomHeaders(Random random, Map<String, byte[]> golden) {
    Map<String, byte[]> headers = new HashMap<>(golden);
    switch (random.nextInt(3)) {
      case 0 -> headers.clear();
      case 1 -> headers.put("content-type", "application/cloudevents+json".getBytes(UTF_8));
      default -> headers.put("ce_source", mutated(random, "/reseed/x".getBytes(UTF_8)));
    }
    return headers;
  }

  private static byte[] mutated(Random random, byte[] original) {
    byte[] bytes = original.clone();
    if (bytes.length == 0) {
      return bytes;
    }
    for (int i = random.nextInt(3); i >= 0; i--) {
      int at = random.nextInt(bytes.length);
      switch (random.nextInt(4)) {
        case 0 -> bytes[at] = (byte) random.nextInt(256);
        case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 2 -> bytes[at] = bytes[random.nextInt(bytes.length)];
        default -> bytes = random.nextInt(3) == 0 ? Arrays.copyOf(bytes, at + 1) : bytes;
      }
    }
    return bytes;
  }
}

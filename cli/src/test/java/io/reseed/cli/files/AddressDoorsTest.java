package io.reseed.cli.files;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.events.ShardDeclared;
import io.reseed.fleet.ServerAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Files of declarations have the one rule of what an address is. */
class AddressDoorsTest {
  private static final Path LIST =
      Path.of("../lib/fleet/src/test/resources/io/reseed/fleet/addresses.txt");

  @TempDir Path folder;

  static Stream<String> addresses() throws IOException {
    return Files.readAllLines(LIST).stream().filter(line -> !line.startsWith("#"));
  }

  @ParameterizedTest
  @MethodSource("addresses")
  void aServerIsReadExactlyIfItIsListedAsAnAddress(String line) throws IOException {
    String text = line.substring(2);
    Path file = folder.resolve("shards.yaml");
    Files.writeString(
        file,
        """
        shards:
          - shard: commerce/-80
            replicasDesired: 1
            servers: ["%s"]
            backups: {spared: ["%s"]}
        """
            .formatted(text, text));
    if (line.startsWith("+")) {
      ShardDeclared declared = ShardsFile.read(file).getFirst();
      assertThat(declared.servers()).isEqualTo(List.of(ServerAddress.parse(text)));
    } else {
      assertThat(problems(file)).contains("field 'server'", "spared");
    }
  }

  private static String problems(Path file) {
    try {
      return "none: " + ShardsFile.read(file);
    } catch (RuntimeException refused) {
      return String.valueOf(refused.getMessage());
    }
  }
}

package io.reseed.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.reseed.fleet.ServerAddress;
import io.reseed.system.LiveShard.Failover;
import io.reseed.testkit.Parts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * {@code stranger.py}: somebody's program in another language, which knows docs/EVENTS.md alone.
 */
final class StrangersProgram {
  private static final String PROGRAM = "testing/system/src/test/python/stranger.py";
  private static final long SECONDS_MAX = 300;

  private StrangersProgram() {}

  /**
   * What it came to know.
   *
   * @param claim the id of its event
   * @param pool the replicas that it would send readers to
   * @param answers to its claim, in order
   */
  private record Knowledge(String claim, Set<String> pool, List<JsonNode> answers) {}

  /** Fails a shard over, has the program tell of it, and looks at what it makes of the facts. */
  static void takesOver(Site site, LiveShard shard) {
    Set<ServerAddress> before = shard.replicaAddresses();
    Knowledge stranger = run(site, shard.failOver(), before);

    assertThat(stranger.answers())
        .filteredOn(answer -> !answer.get("outcome").textValue().equals("WAITING"))
        .singleElement()
        .satisfies(
            answer -> {
              assertThat(answer.get("outcome").textValue()).isEqualTo("SUCCEEDED");
              assertThat(answer.get("primary").textValue()).isEqualTo(shard.primary().toString());
              assertThat(answer.get("incident").textValue()).contains(stranger.claim());
            });
    shard.assertRepaired(1);
    assertThat(stranger.pool())
        .isEqualTo(
            shard.replicaAddresses().stream()
                .map(ServerAddress::toString)
                .collect(Collectors.toSet()));
  }

  /** Has it tell of a failover and follow what is published, to the end. */
  private static Knowledge run(Site site, Failover failover, Collection<ServerAddress> pool) {
    Path output = site.installation().folder().resolve("logs").resolve("stranger.log");
    List<String> command = new ArrayList<>();
    command.addAll(List.of("python3", "-B", Parts.root().resolve(PROGRAM).toString()));
    command.add(Objects.requireNonNull(site.installation().kafkaClient().get("bootstrap.servers")));
    command.add(failover.shard().toString());
    command.add(failover.failed().toString());
    command.add(failover.promoted().toString());
    pool.forEach(server -> command.add(server.toString()));
    Process program = start(command, output);
    try {
      if (!program.waitFor(SECONDS_MAX, TimeUnit.SECONDS)) {
        throw new AssertionError("the stranger's program does not end; see " + output);
      }
      String said = Files.readString(output).strip();
      if (program.exitValue() != 0) {
        throw new AssertionError("the stranger's program gave up: " + said);
      }
      return knowledge(said.substring(said.lastIndexOf('\n') + 1));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the stranger's program runs", e);
    } finally {
      program.destroyForcibly();
    }
  }

  private static Process start(List<String> command, Path output) {
    try {
      return new ProcessBuilder(command)
          .redirectErrorStream(true)
          .redirectOutput(output.toFile())
          .start();
    } catch (IOException absent) {
      throw new AssertionError(
          "python3 cannot be started; install it (apt-get install python3), any 3.9 or"
              + " newer will do",
          absent);
    }
  }

  private static Knowledge knowledge(String line) throws IOException {
    JsonNode said = new ObjectMapper().readTree(line.getBytes(StandardCharsets.UTF_8));
    Set<String> pool = new TreeSet<>();
    said.get("pool").forEach(server -> pool.add(server.textValue()));
    List<JsonNode> answers = new ArrayList<>();
    said.get("answers").forEach(answers::add);
    return new Knowledge(said.get("claim").textValue(), pool, answers);
  }
}

package io.reseed.bench.machine;

import io.reseed.testkit.Launch;
import io.reseed.testkit.OsProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A program that runs to its end, under this JVM's tether. */
public record Command(List<String> words, Map<String, String> environment) {
  private static final Duration LONGEST = Duration.ofMinutes(30);

  /** Copies. */
  public Command {
    words = List.copyOf(words);
    environment = Map.copyOf(environment);
  }

  /** Without variables of its own. */
  public static Command of(String... words) {
    return new Command(List.of(words), Map.of());
  }

  /** This command with these further words. */
  public Command appended(List<String> more) {
    List<String> all = new ArrayList<>(words);
    all.addAll(more);
    return new Command(all, environment);
  }

  /** This command with these further variables. */
  public Command with(Map<String, String> variables) {
    Map<String, String> all = new HashMap<>(environment);
    all.putAll(variables);
    return new Command(words, all);
  }

  /**
   * Runs it and returns what it printed.
   *
   * @throws IOException with its last words, when it does not end with code 0
   */
  public String run() throws IOException {
    Path log = Files.createTempFile("reseed-bench-", ".log");
    try (OsProcess process =
        OsProcess.start(new Launch(words.getFirst(), words, environment, log))) {
      int code = process.awaitExit(LONGEST);
      if (code != 0) {
        throw new IOException(
            "%s ended with code %d: %s".formatted(words, code, process.logTail().strip()));
      }
      return Files.readString(log);
    } finally {
      Files.deleteIfExists(log);
    }
  }
}

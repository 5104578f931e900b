package io.reseed.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Prometheus' own tool, as {@code scripts/setup-promtool} finds or brings it. */
final class Promtool {
  private static final long TIMEOUT_SECONDS = 600;

  private final Path program;

  private Promtool(Path program) {
    this.program = program;
  }

  /** What one run said, and whether it was content. */
  record Answer(boolean content, String output) {}

  /**
   * In {@code RESEED_PROMTOOL}, else where the set-up puts it.
   *
   * @throws IllegalStateException when it is in neither place, with what to do
   */
  static Promtool locate() {
    Path program =
        variable("RESEED_PROMTOOL")
            .or(() -> variable("RESEED_HOME").map(home -> home.resolve("promtool/bin/promtool")))
            .orElseGet(
                () ->
                    Path.of(
                        System.getProperty("user.home"), ".cache/reseed/promtool/bin/promtool"));
    if (!Files.isExecutable(program)) {
      throw new IllegalStateException(
          "There is no promtool at %s: run ./reseed setup, or name one in RESEED_PROMTOOL."
              .formatted(program));
    }
    return new Promtool(program);
  }

  private static Optional<Path> variable(String name) {
    return Optional.ofNullable(System.getenv(name)).filter(value -> !value.isBlank()).map(Path::of);
  }

  /** Runs it in a folder and waits for its end. */
  Answer run(Path folder, String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(program.toString()));
    command.addAll(List.of(arguments));
    Path output = Files.createTempFile("promtool", ".log");
    try {
      Process process =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      try {
        if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
          throw new IllegalStateException(command + " runs for over " + TIMEOUT_SECONDS + " s");
        }
        return new Answer(process.exitValue() == 0, Files.readString(output));
      } finally {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot run " + command, e);
    } finally {
      Files.delete(output);
    }
  }
}

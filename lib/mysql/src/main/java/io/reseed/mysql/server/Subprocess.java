package io.reseed.mysql.server;

import io.reseed.fleet.FailureCode;
import io.reseed.mysql.MysqlException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs a short program to its end, within a time. */
final class Subprocess {
  private static final int OUTPUT_BYTES_MAX = 64 * 1024;

  private Subprocess() {}

  /** Returns what it printed (the first 64 KiB); fails for an exit code other than 0. */
  static String run(List<String> command, Duration timeout, FailureCode code) {
    Path output = null;
    try {
      // A file, since a pipe would block a program that prints much while nobody reads.
      output = Files.createTempFile("reseed-mysql", ".out");
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .redirectInput(Path.of("/dev/null").toFile())
              .start();
      int status = await(process, command, timeout, code);
      String printed = head(output);
      if (status != 0) {
        throw new MysqlException(
            code, "%s ended with %d: %s".formatted(command.getFirst(), status, printed.strip()));
      }
      return printed;
    } catch (IOException e) {
      throw new MysqlException(code, "cannot run " + command.getFirst() + ": " + e.getMessage(), e);
    } finally {
      Folders.deleteQuietly(output);
    }
  }

  private static int await(
      Process process, List<String> command, Duration timeout, FailureCode code) {
    try {
      if (process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
        return process.exitValue();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      process.destroyForcibly();
    }
    throw new MysqlException(
        code, "%s did not end within %s".formatted(command.getFirst(), timeout));
  }

  private static String head(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return new String(in.readNBytes(OUTPUT_BYTES_MAX), StandardCharsets.UTF_8);
    }
  }
}

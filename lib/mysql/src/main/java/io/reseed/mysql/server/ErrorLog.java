package io.reseed.mysql.server;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** The end of a server's error log. Lines are known by MySQL's stable message numbers. */
record ErrorLog(Path file) {
  /** ER_STARTING_AS: a process began. */
  static final String STARTING = "[MY-010116]";

  /** ER_SERVER_STARTUP_MSG: ready for connections. */
  static final String READY = "[MY-010931]";

  /** ER_SERVER_SHUTDOWN_COMPLETE: the last thing after all plugins and engines were closed. */
  static final String SHUTDOWN_COMPLETE = "[MY-010910]";

  private static final int TAIL_BYTES = 256 * 1024;

  long length() {
    try {
      return Files.exists(file) ? Files.size(file) : 0;
    } catch (IOException e) {
      throw Folders.failed("read", file, e);
    }
  }

  /** The lines from an offset on, of the last 256 KiB. */
  List<String> linesFrom(long offset) {
    if (!Files.exists(file)) {
      return List.of();
    }
    try (RandomAccessFile log = new RandomAccessFile(file.toFile(), "r")) {
      long begin = Math.max(offset, log.length() - TAIL_BYTES);
      if (begin >= log.length()) {
        return List.of();
      }
      byte[] bytes = new byte[(int) (log.length() - begin)];
      log.seek(begin);
      log.readFully(bytes);
      return new String(bytes, StandardCharsets.UTF_8).lines().toList();
    } catch (IOException e) {
      throw Folders.failed("read", file, e);
    }
  }

  boolean hasFrom(long offset, String number) {
    return linesFrom(offset).stream().anyMatch(line -> line.contains(number));
  }

  /** The last lines for an error message, on one line. */
  String quote(long offset, int count) {
    List<String> lines = linesFrom(offset);
    return String.join(" | ", lines.subList(Math.max(0, lines.size() - count), lines.size()));
  }

  /**
   * The shutdown-complete line of the last run, if that run was ready before and ended so. Reads
   * the whole file, since a run may have written much after it was ready.
   */
  Optional<String> shutdownAfterLastStart() {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    // Any byte is a character of this set, so that no odd byte stops the reading.
    try (BufferedReader reader = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
      boolean ready = false;
      String found = null;
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        if (line.contains(STARTING)) {
          ready = false;
          found = null;
        } else if (line.contains(READY)) {
          ready = true;
        } else if (line.contains(SHUTDOWN_COMPLETE) && ready) {
          found = line;
        }
      }
      return Optional.ofNullable(found);
    } catch (IOException e) {
      throw Folders.failed("read", file, e);
    }
  }

  /**
   * The first line of the last run that the condition takes. Reads the whole file, since long dumps
   * of damaged pages may follow that line.
   */
  Optional<String> firstOfLastRun(Predicate<String> condition) {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try (BufferedReader reader = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
      String found = null;
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        if (line.contains(STARTING)) {
          found = null;
        } else if (found == null && condition.test(line)) {
          found = line;
        }
      }
      return Optional.ofNullable(found);
    } catch (IOException e) {
      throw Folders.failed("read", file, e);
    }
  }
}

package io.reseed.bench.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What figures depend on besides the programs. */
public final class Hardware {
  private Hardware() {}

  /** Processor, cores, memory, kernel and Java in one line. */
  public static String description() throws IOException {
    return "%d cores of %s, %d GB of memory, Linux %s, Java %s"
        .formatted(
            Parallel.cores(),
            field(Path.of("/proc/cpuinfo"), "model name"),
            Math.round(
                Double.parseDouble(field(Path.of("/proc/meminfo"), "MemTotal").split(" ", -1)[0])
                    / 1e6),
            System.getProperty("os.version"),
            Runtime.version().feature());
  }

  /** The load average of the last minute. */
  public static String load() throws IOException {
    String words = Files.readString(Path.of("/proc/loadavg"));
    return "load average " + words.substring(0, words.indexOf(' '));
  }

  private static String field(Path file, String name) throws IOException {
    for (String line : Files.readAllLines(file)) {
      if (line.startsWith(name)) {
        return line.substring(line.indexOf(':') + 1).strip();
      }
    }
    throw new IOException(file + " says no " + name);
  }
}

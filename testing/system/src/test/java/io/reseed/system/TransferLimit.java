package io.reseed.system;

import io.reseed.installation.ServiceProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A bandwidth file: limits what services that follow it read from the store and write to it. */
final class TransferLimit {
  private static final String TOLD = "Bandwidth limited ";
  private static final long MEGABYTE = 1_000_000;

  private final Path file;
  private int megabytesPerSecondMax;

  /** Written at once; 0: no limit. */
  TransferLimit(Path file, int megabytesPerSecondMax) {
    this.file = file;
    set(megabytesPerSecondMax);
  }

  Path file() {
    return file;
  }

  /** Services take it over within seconds; 0: no limit. */
  void set(int megabytesPerSecondMaxNow) {
    megabytesPerSecondMax = megabytesPerSecondMaxNow;
    try {
      Files.writeString(
          file,
          """
          read-megabytes-per-second-max = %1$d
          write-megabytes-per-second-max = %1$d
          """
              .formatted(megabytesPerSecondMax));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write " + file, e);
    }
  }

  /** Whether the service said that it keeps to what was set last. */
  boolean isKeptBy(ServiceProcess service) throws IOException {
    String log = Files.readString(service.log());
    int last = log.lastIndexOf(TOLD);
    return last >= 0 && log.startsWith(readBytes(), last + TOLD.length());
  }

  private String readBytes() {
    return "readBytesPerSecond=%d ".formatted(megabytesPerSecondMax * MEGABYTE);
  }
}

package io.reseed.backup.store;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows a file in which an operator limits a {@link Bandwidth}, while jobs run. It is a Java
 * properties file with {@code read-megabytes-per-second-max} and {@code
 * write-megabytes-per-second-max}: whole numbers, of 10⁶ bytes; 0 or none is no limit.
 *
 * <p>What is wrong when it is opened is an error. Later it is logged once, and what was last right
 * holds on; so it does when the file is away.
 */
public final class BandwidthFile implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(BandwidthFile.class);
  private static final String READ = "read-megabytes-per-second-max";
  private static final String WRITE = "write-megabytes-per-second-max";
  private static final long MEGABYTE = 1_000_000;
  private static final int FILE_BYTES_MAX = 64 << 10;

  private final Path file;
  private final Bandwidth bandwidth;
  private final Duration interval;
  private final Thread looking;
  private String seen = "";

  private BandwidthFile(Path file, Bandwidth bandwidth, Duration interval) {
    this.file = file;
    this.bandwidth = bandwidth;
    this.interval = interval;
    this.looking = Thread.ofVirtual().name("bandwidth-file").unstarted(this::lookAgain);
  }

  private record Limits(long readBytesPerSecond, long writeBytesPerSecond) {}

  /**
   * Takes over what the file says, and looks at it again after each interval.
   *
   * @throws IllegalArgumentException when it cannot be read, or says something else
   */
  public static BandwidthFile follow(Path file, Bandwidth bandwidth, Duration interval) {
    BandwidthFile followed = new BandwidthFile(file, bandwidth, interval);
    String content = sound(file);
    followed.use(parsed(content));
    followed.seen = content;
    followed.looking.start();
    return followed;
  }

  /**
   * Does nothing when the file can be followed.
   *
   * @throws IllegalArgumentException when it cannot be read, or says something else
   */
  public static void check(Path file) {
    sound(file);
  }

  /** What the file says, which can be parsed. */
  private static String sound(Path file) {
    try {
      String content = content(file);
      parsed(content);
      return content;
    } catch (IOException | IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "the bandwidth file " + file + " cannot be used: " + cause(e), e);
    }
  }

  /** The message of a file that is not there is its name. */
  private static String cause(Exception e) {
    return e instanceof IOException ? String.valueOf(e) : String.valueOf(e.getMessage());
  }

  private void lookAgain() {
    try {
      while (true) {
        Thread.sleep(interval);
        look();
      }
    } catch (InterruptedException e) {
      // closed
      Thread.currentThread().interrupt();
    }
  }

  /** Takes over what the file says now, if that is right. */
  void look() {
    String now;
    try {
      now = content(file);
    } catch (IOException e) {
      now = "unreadable: " + e;
    }
    if (now.equals(seen)) {
      return;
    }
    seen = now;
    try {
      use(parsed(now));
    } catch (IllegalArgumentException e) {
      LOG.warn(
          "Bandwidth file is wrong, the limits stay as they were file={} cause={}",
          file,
          e.getMessage());
    }
  }

  private void use(Limits limits) {
    bandwidth.limitReads(limits.readBytesPerSecond());
    bandwidth.limitWrites(limits.writeBytesPerSecond());
    LOG.info(
        "Bandwidth limited readBytesPerSecond={} writeBytesPerSecond={} file={}",
        limits.readBytesPerSecond(),
        limits.writeBytesPerSecond(),
        file);
  }

  private static String content(Path file) throws IOException {
    if (Files.size(file) > FILE_BYTES_MAX) {
      throw new IOException("it is longer than " + FILE_BYTES_MAX + " bytes");
    }
    return Files.readString(file);
  }

  private static Limits parsed(String content) {
    Properties properties = new Properties();
    try {
      properties.load(new StringReader(content));
    } catch (IOException e) {
      throw new IllegalStateException("a string cannot fail to be read", e);
    }
    Set<String> unknown = new TreeSet<>(properties.stringPropertyNames());
    unknown.removeAll(Set.of(READ, WRITE));
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException(
          "it has unknown keys " + unknown + ", known are " + READ + " and " + WRITE);
    }
    return new Limits(bytes(properties, READ), bytes(properties, WRITE));
  }

  private static long bytes(Properties properties, String key) {
    String value = properties.getProperty(key, "0").strip();
    if (!value.matches("\\d{1,9}")) {
      throw new IllegalArgumentException(key + " must be a whole number, not '" + value + "'");
    }
    return Long.parseLong(value) * MEGABYTE;
  }

  /** Looks no more; the limits stay as they are. */
  @Override
  public void close() {
    looking.interrupt();
  }
}

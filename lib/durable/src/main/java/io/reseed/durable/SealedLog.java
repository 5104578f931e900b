package io.reseed.durable;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Consumer;
import java.util.zip.CRC32C;

/**
 * A text file that only grows, for what must survive a crash. Each line ends with a checksum of its
 * own; what follows the first line that does not hold was cut off by a crash and is dropped. Safe
 * for many threads.
 */
public final class SealedLog implements AutoCloseable {
  private static final int SEAL_CHARACTERS = 10;

  private final Path file;
  private FileChannel channel;
  private long end;
  private boolean torn;

  private SealedLog(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /** Whether a log was begun here: its first line has an end. */
  public static boolean isBegun(Path file) throws IOException {
    if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      return false;
    }
    try (BufferedReader reader = Files.newBufferedReader(file, ISO_8859_1)) {
      String first = reader.readLine();
      return first != null && first.length() < Files.size(file);
    }
  }

  /** Begins a log; it, its first line and its place in its folder are durable on return. */
  public static SealedLog begin(Path file, String firstLine) throws IOException {
    SealedLog log =
        new SealedLog(
            file,
            FileChannel.open(
                file,
                StandardOpenOption.WRITE,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                LinkOption.NOFOLLOW_LINKS));
    try {
      log.append(firstLine);
      Path folder = file.toAbsolutePath().getParent();
      if (folder != null) {
        DurableFile.forceFolder(folder);
      }
      return log;
    } catch (IOException e) {
      log.close();
      Files.deleteIfExists(file);
      throw e;
    }
  }

  /** Opens a log to go on with it, and hands over every line that holds, the first one included. */
  public static SealedLog open(Path file, Consumer<String> line) throws IOException {
    long size = Files.size(file);
    long end = 0;
    try (BufferedReader reader = Files.newBufferedReader(file, ISO_8859_1)) {
      for (String sealed = reader.readLine(); sealed != null; sealed = reader.readLine()) {
        long next = end + sealed.length() + 1;
        int seal = sealed.length() - SEAL_CHARACTERS;
        if (next > size || seal < 0 || !sealed(sealed.substring(0, seal)).equals(sealed + "\n")) {
          break;
        }
        line.accept(sealed.substring(0, seal));
        end = next;
      }
    }
    SealedLog log = new SealedLog(file, writing(file));
    log.end = end;
    log.torn = end < size;
    return log;
  }

  /**
   * Adds a line of ASCII; durable on return. An interrupt does not keep it from that, and stays
   * set: who is interrupted while noting what was done would otherwise lose the note, and with it
   * the work.
   */
  public synchronized void append(String line) throws IOException {
    byte[] bytes = sealed(line).getBytes(US_ASCII);
    boolean interrupted = Thread.interrupted();
    try {
      while (!isWritten(bytes)) {
        interrupted |= Thread.interrupted();
        channel = writing(file);
        torn = true;
      }
      end += bytes.length;
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** False when an interrupt closed the channel, as it does with any that can be interrupted. */
  private boolean isWritten(byte[] line) throws IOException {
    try {
      if (torn) {
        channel.truncate(end);
        torn = false;
      }
      ByteBuffer rest = ByteBuffer.wrap(line);
      while (rest.hasRemaining()) {
        channel.write(rest, end + rest.position());
      }
      channel.force(true);
      return true;
    } catch (ClosedByInterruptException e) {
      return false;
    }
  }

  private static FileChannel writing(Path file) throws IOException {
    return FileChannel.open(file, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
  }

  @Override
  public synchronized void close() throws IOException {
    channel.close();
  }

  private static String sealed(String line) {
    CRC32C checksum = new CRC32C();
    checksum.update(line.getBytes(US_ASCII));
    return "%s  %08x\n".formatted(line, checksum.getValue());
  }
}

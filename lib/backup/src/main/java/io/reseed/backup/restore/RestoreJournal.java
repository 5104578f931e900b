package io.reseed.backup.restore;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.reseed.backup.BackupException;
import io.reseed.backup.FailureCode;
import io.reseed.backup.format.BackupId;
import io.reseed.backup.format.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.BitSet;
import java.util.zip.CRC32C;

/**
 * What of a restore is durable: a text file that only grows. Each line ends with a checksum of its
 * own; what follows the first line that does not hold was cut off by a crash and is dropped.
 *
 * <pre>
 * reseed-restore-journal 1 20261121T021500Z-k3v9q0ax 9f86d0…  4c1d2e3f
 * done 0-31,40-47  1b2c3d4e
 * finished  5a6b7c8d
 * </pre>
 *
 * The first line is written when the target folders were found empty and before anything is put
 * there: what is found in them later is this job's. Not safe for several threads.
 */
final class RestoreJournal implements AutoCloseable {
  private static final String DONE = "done ";
  private static final String FINISHED = "finished";

  private final FileChannel channel;
  private final BitSet done = new BitSet();
  private boolean finished;

  private RestoreJournal(FileChannel channel) {
    this.channel = channel;
  }

  /** Whether a journal was begun here: its first line is whole. */
  static boolean isBegun(Path file) throws IOException {
    return Files.exists(file, LinkOption.NOFOLLOW_LINKS)
        && new String(Files.readAllBytes(file), US_ASCII).indexOf('\n') >= 0;
  }

  /** Begins a journal; durable when it returns, but for its folder's entry. */
  static RestoreJournal begin(Path file, BackupId id, Sha256 manifest) throws IOException {
    FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.WRITE,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            LinkOption.NOFOLLOW_LINKS);
    RestoreJournal journal = new RestoreJournal(channel);
    journal.append(firstLine(id, manifest));
    return journal;
  }

  /**
   * Opens a journal that was begun.
   *
   * @throws BackupException {@code JOB_FOLDER_FOREIGN} when it is that of another backup
   */
  static RestoreJournal reopen(Path file, BackupId id, Sha256 manifest) throws IOException {
    String text = new String(Files.readAllBytes(file), US_ASCII);
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
    RestoreJournal journal = new RestoreJournal(channel);
    String expected = sealed(firstLine(id, manifest));
    if (!text.startsWith(expected)) {
      channel.close();
      throw new BackupException(
          FailureCode.JOB_FOLDER_FOREIGN,
          "journal " + file + " is not that of the restore of backup " + id,
          "Give each restore a job folder and target folders of its own.");
    }
    long kept = journal.replay(text, expected.length());
    channel.truncate(kept);
    channel.position(kept);
    return journal;
  }

  /** The extents whose bytes are durable; a copy. */
  BitSet done() {
    return (BitSet) done.clone();
  }

  boolean isFinished() {
    return finished;
  }

  /** Adds extents whose bytes are durable already; durable itself when it returns. */
  void recordDone(BitSet numbers) throws IOException {
    if (!numbers.isEmpty()) {
      append(DONE + ranges(numbers));
      done.or(numbers);
    }
  }

  void recordFinished() throws IOException {
    append(FINISHED);
    finished = true;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  private long replay(String text, int from) {
    int position = from;
    for (int end = text.indexOf('\n', position); end >= 0; end = text.indexOf('\n', position)) {
      String line = text.substring(position, end);
      int checksumAt = line.length() - 10;
      if (checksumAt < 0 || !sealed(line.substring(0, checksumAt)).equals(line + "\n")) {
        break;
      }
      apply(line.substring(0, checksumAt));
      position = end + 1;
    }
    return position;
  }

  private void apply(String line) {
    if (line.equals(FINISHED)) {
      finished = true;
    } else if (line.startsWith(DONE)) {
      for (String range : line.substring(DONE.length()).split(",", -1)) {
        int dash = range.indexOf('-');
        int first = Integer.parseInt(range.substring(0, dash));
        done.set(first, Integer.parseInt(range.substring(dash + 1)) + 1);
      }
    } else {
      throw new IllegalStateException(
          "journal line of no known kind with a good checksum: " + line);
    }
  }

  private void append(String line) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(sealed(line).getBytes(US_ASCII));
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
    channel.force(true);
  }

  private static String firstLine(BackupId id, Sha256 manifest) {
    return "reseed-restore-journal 1 " + id + " " + manifest;
  }

  private static String sealed(String line) {
    CRC32C checksum = new CRC32C();
    checksum.update(line.getBytes(US_ASCII));
    return "%s  %08x\n".formatted(line, checksum.getValue());
  }

  private static String ranges(BitSet numbers) {
    StringBuilder text = new StringBuilder();
    for (int from = numbers.nextSetBit(0); from >= 0; ) {
      int to = numbers.nextClearBit(from) - 1;
      text.append(text.isEmpty() ? "" : ",").append(from).append('-').append(to);
      from = numbers.nextSetBit(to + 1);
    }
    return text.toString();
  }
}

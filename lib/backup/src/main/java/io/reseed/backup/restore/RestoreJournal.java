package io.reseed.backup.restore;

import io.reseed.backup.format.Sha256;
import io.reseed.durable.SealedLog;
import io.reseed.fleet.BackupId;
import io.reseed.fleet.FailureCode;
import io.reseed.fleet.FailureException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * What of a restore is durable.
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

  private final SealedLog log;
  private final BitSet done = new BitSet();
  private boolean finished;

  private RestoreJournal(SealedLog log) {
    this.log = log;
  }

  /** Whether a journal was begun here: its first line is whole. */
  static boolean isBegun(Path file) throws IOException {
    return SealedLog.isBegun(file);
  }

  /** Begins a journal; durable when it returns. */
  static RestoreJournal begin(Path file, BackupId id, Sha256 manifest) throws IOException {
    return new RestoreJournal(SealedLog.begin(file, firstLine(id, manifest)));
  }

  /**
   * Opens a journal that was begun.
   *
   * @throws FailureException {@code JOB_FOLDER_FOREIGN} when it is that of another backup
   */
  static RestoreJournal reopen(Path file, BackupId id, Sha256 manifest) throws IOException {
    List<String> lines = new ArrayList<>();
    RestoreJournal journal = new RestoreJournal(SealedLog.open(file, lines::add));
    if (lines.isEmpty() || !lines.getFirst().equals(firstLine(id, manifest))) {
      journal.close();
      throw new FailureException(
          FailureCode.JOB_FOLDER_FOREIGN,
          "journal " + file + " is not that of the restore of backup " + id,
          "Give each restore a job folder and target folders of its own.");
    }
    lines.stream().skip(1).forEach(journal::apply);
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
      log.append(DONE + ranges(numbers));
      done.or(numbers);
    }
  }

  void recordFinished() throws IOException {
    log.append(FINISHED);
    finished = true;
  }

  @Override
  public void close() throws IOException {
    log.close();
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

  private static String firstLine(BackupId id, Sha256 manifest) {
    return "reseed-restore-journal 1 " + id + " " + manifest;
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

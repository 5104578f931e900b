package io.reseed.backup.snapshot;

import io.reseed.backup.format.Sha256;
import io.reseed.backup.format.WrappedKey;
import io.reseed.durable.SealedLog;
import io.reseed.fleet.BackupId;
import io.reseed.fleet.FailureCode;
import io.reseed.fleet.FailureException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which packs of a snapshot the store has confirmed, over all of its runs.
 *
 * <pre>
 * reseed-snapshot-journal 1 20261121T021500Z-k3v9q0ax 9f86d0…  4c1d2e3f
 * run 20261121T021500Z-k3v9q0ax-0f7tmw2c 2026-main c2VjcmV0…  1b2c3d4e
 * pack packs/20261121T021500Z-k3v9q0ax-0f7tmw2c-000000 33554432 5d41… 33550000 4432 2c26… zstd:…  5a6b7c8d
 * commit  6b7c8d9e
 * </pre>
 *
 * The first line has the hash of what is backed up; a run's line is there before its first pack is
 * sent, and a pack's once it is confirmed. Safe for many threads once it is open.
 */
final class SnapshotJournal implements AutoCloseable {
  private static final String FIRST = "reseed-snapshot-journal 1 ";
  private static final String RUN = "run ";
  private static final String PACK = "pack ";
  private static final String COMMIT = "commit";

  private final SealedLog log;
  private final Earlier earlier;

  private SnapshotJournal(SealedLog log, Earlier earlier) {
    this.log = log;
    this.earlier = earlier;
  }

  /** What earlier runs wrote into a journal. */
  static final class Earlier {
    private final Map<String, Optional<WrappedKey>> runs = new LinkedHashMap<>();
    private final List<ConfirmedPack> packs = new ArrayList<>();
    private @Nullable String firstLine;
    private boolean committing;

    /** The data key of each run, by its writer's name; empty where nothing was encrypted. */
    Map<String, Optional<WrappedKey>> runs() {
      return runs;
    }

    List<ConfirmedPack> packs() {
      return packs;
    }

    /** Whether a run came as far as putting the manifest: then it may still appear. */
    boolean committing() {
      return committing;
    }

    private void read(String line) {
      if (firstLine == null) {
        firstLine = line;
      } else if (line.startsWith(RUN)) {
        String[] words = line.substring(RUN.length()).split(" ", -1);
        runs.put(
            words[0],
            words.length == 1 ? Optional.empty() : Optional.of(new WrappedKey(words[1], words[2])));
      } else if (line.startsWith(PACK)) {
        packs.add(ConfirmedPack.parse(line.substring(PACK.length())));
      } else if (line.equals(COMMIT)) {
        committing = true;
      } else {
        throw new IllegalStateException(
            "journal line of no known kind with a good checksum: " + line);
      }
    }
  }

  static SnapshotJournal begin(Path file, BackupId id, Sha256 identity) throws IOException {
    return new SnapshotJournal(SealedLog.begin(file, firstLine(id, identity)), new Earlier());
  }

  /**
   * Opens the journal that was begun here, if one was.
   *
   * @throws FailureException {@code JOB_FOLDER_FOREIGN} when it is that of another backup
   */
  static Optional<SnapshotJournal> reopen(Path file, BackupId id) throws IOException {
    if (!SealedLog.isBegun(file)) {
      return Optional.empty();
    }
    Earlier earlier = new Earlier();
    SealedLog log = SealedLog.open(file, earlier::read);
    String first = earlier.firstLine;
    if (first == null || !first.startsWith(FIRST + id + " ")) {
      log.close();
      throw new FailureException(
          FailureCode.JOB_FOLDER_FOREIGN,
          "journal " + file + " is not that of the snapshot of backup " + id,
          "Give each snapshot a job folder of its own; remove that of one that was given up.");
    }
    return Optional.of(new SnapshotJournal(log, earlier));
  }

  Earlier earlier() {
    return earlier;
  }

  /** Whether it is about exactly that. */
  boolean isOf(BackupId id, Sha256 identity) {
    return firstLine(id, identity).equals(earlier.firstLine);
  }

  /** A run begins, whose packs bear that name. */
  void recordRun(String writer, Optional<WrappedKey> key) throws IOException {
    log.append(
        RUN + writer + key.map(each -> " " + each.masterKey() + " " + each.bytes()).orElse(""));
  }

  /** The store has that pack. */
  void recordPack(ConfirmedPack pack) throws IOException {
    log.append(PACK + pack.text());
  }

  /** From now on the manifest may be there at any time. */
  void recordCommit() throws IOException {
    log.append(COMMIT);
  }

  @Override
  public void close() throws IOException {
    log.close();
  }

  private static String firstLine(BackupId id, Sha256 identity) {
    return FIRST + id + " " + identity;
  }
}

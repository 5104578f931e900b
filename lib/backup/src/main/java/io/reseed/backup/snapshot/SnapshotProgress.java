package io.reseed.backup.snapshot;

import io.reseed.backup.encryption.MasterKeys;
import io.reseed.backup.encryption.PackKeys;
import io.reseed.backup.format.Manifest;
import io.reseed.backup.format.ManifestHeader;
import io.reseed.backup.format.PackEntry;
import io.reseed.backup.format.RepositoryLayout;
import io.reseed.backup.format.Sha256;
import io.reseed.backup.format.WrappedKey;
import io.reseed.backup.store.ObjectStore;
import io.reseed.backup.work.JobLock;
import io.reseed.backup.work.TargetFailures;
import io.reseed.durable.FolderLock;
import io.reseed.fleet.FailureCode;
import io.reseed.fleet.FailureException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a snapshot knows of its earlier runs, and keeps for later ones; nothing without a job
 * folder. Each run has a writer's name and a data key of its own, so nothing of an earlier run is
 * ever overwritten and no nonce is used twice.
 */
final class SnapshotProgress implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SnapshotProgress.class);

  /** After these nothing that was sent may be believed, or used ever again. */
  private static final Set<FailureCode> ALL_IS_LOST =
      Set.of(
          FailureCode.SOURCE_CHANGED,
          FailureCode.PAGE_CORRUPT,
          FailureCode.STORE_UNFIT,
          FailureCode.INTERNAL);

  private final ObjectStore store;
  private final RepositoryLayout layout;
  private final AtomicBoolean journalLost = new AtomicBoolean();
  private @Nullable Job job;
  private EarlierPacks packs = EarlierPacks.NONE;

  private SnapshotProgress(ObjectStore store, RepositoryLayout layout, @Nullable Job job) {
    this.store = store;
    this.layout = layout;
    this.job = job;
  }

  /**
   * The folder, while this run has it.
   *
   * @param journal that of earlier runs, and once this one has begun the one that it writes; null
   *     where none was begun
   */
  private record Job(Path file, FolderLock lock, @Nullable SnapshotJournal journal) {
    void close() throws IOException {
      try {
        if (journal != null) {
          journal.close();
        }
      } finally {
        lock.close();
      }
    }
  }

  /**
   * Opens the request's job folder, if it has one, and reads what earlier runs noted there. Changes
   * nothing: whether the backup exists by now is to be asked first.
   *
   * @throws FailureException {@code JOB_RUNNING}, {@code JOB_FOLDER_FOREIGN}
   */
  static SnapshotProgress open(ObjectStore store, SnapshotRequest request) {
    ManifestHeader header = request.header();
    RepositoryLayout layout = new RepositoryLayout(header.shard());
    Path folder = request.jobFolder();
    if (folder == null) {
      return new SnapshotProgress(store, layout, null);
    }
    Path file = folder.resolve("snapshot.journal");
    try {
      FolderLock lock = JobLock.take(folder, "snapshot");
      try {
        SnapshotJournal journal = SnapshotJournal.reopen(file, header.id()).orElse(null);
        return new SnapshotProgress(store, layout, new Job(file, lock, journal));
      } catch (IOException | RuntimeException e) {
        lock.close();
        throw e;
      }
    } catch (IOException e) {
      cannotBeResumed(layout, file, e);
      return new SnapshotProgress(store, layout, null);
    }
  }

  /**
   * Goes on with what earlier runs sent; begins anew when it is not of this very server as it is
   * now, and removes it then. The backup must not exist.
   *
   * @throws FailureException {@code KEY_UNKNOWN}, {@code KEY_WRONG} when an earlier run encrypted
   *     with a master key that is not here
   */
  void goOnOrBegin(SnapshotRequest request, SnapshotOptions options, MasterKeys masterKeys) {
    Job opened = job;
    if (opened == null) {
      return;
    }
    try {
      Sha256 identity = SnapshotIdentity.of(request, options, masterKeys.canWrap());
      SnapshotJournal earlier = opened.journal();
      if (earlier == null || !goesOn(earlier, request, identity, masterKeys)) {
        Path file = opened.file();
        SnapshotJournal anew = SnapshotJournal.begin(file, request.header().id(), identity);
        job = new Job(file, opened.lock(), anew);
      }
    } catch (IOException e) {
      cannotBeResumed(layout, opened.file(), e);
      close();
      job = null;
    }
  }

  private boolean goesOn(
      SnapshotJournal journal, SnapshotRequest request, Sha256 identity, MasterKeys masterKeys)
      throws IOException {
    SnapshotJournal.Earlier earlier = journal.earlier();
    keys(PackKeys.NONE, masterKeys);
    if (journal.isOf(request.header().id(), identity)) {
      packs = EarlierPacks.open(store, layout, earlier);
      LOG.info(
          "Snapshot goes on shard={} runs={} packsConfirmed={}",
          layout.shard(),
          earlier.runs().size(),
          packs.entries().size());
      return true;
    }
    LOG.warn(
        "Snapshot begun anew, the server changed since shard={} backup={}",
        layout.shard(),
        request.header().id());
    removeEarlier(earlier);
    journal.close();
    return false;
  }

  private static void cannotBeResumed(RepositoryLayout layout, Path file, IOException e) {
    LOG.warn("Snapshot begun that cannot be resumed shard={} journal={}", layout.shard(), file, e);
  }

  /** Those keys and the ones of earlier runs. */
  PackKeys keys(PackKeys parent, MasterKeys masterKeys) {
    PackKeys keys = parent;
    SnapshotJournal journal = journal();
    if (journal != null) {
      for (Map.Entry<String, Optional<WrappedKey>> run : journal.earlier().runs().entrySet()) {
        if (run.getValue().isPresent()) {
          keys = keys.withEarlier(run.getKey(), run.getValue().get(), masterKeys);
        }
      }
    }
    return keys;
  }

  private @Nullable SnapshotJournal journal() {
    Job opened = job;
    return opened == null ? null : opened.journal();
  }

  /** What earlier runs sent. */
  EarlierPacks packs() {
    return packs;
  }

  /** Before the first pack is sent. */
  void begins(String writer, Optional<WrappedKey> key) {
    note(journal -> journal.recordRun(writer, key));
  }

  /** After the store confirmed a pack; it counts once this returns. */
  void confirmed(ConfirmedPack pack) {
    note(journal -> journal.recordPack(pack));
  }

  /** Before the manifest is put. */
  void commits() {
    note(SnapshotJournal::recordCommit);
  }

  /** Whether what was sent is of use to a later run, after that failure of this one. */
  boolean outlives(FailureCode failure) {
    if (job == null || journalLost.get()) {
      return failure == FailureCode.STORE_UNREACHABLE;
    }
    return !ALL_IS_LOST.contains(failure);
  }

  /** The backup exists: what earlier runs sent and it does not need is removed. */
  void finished(Manifest manifest) {
    remove(packs.without(new HashSet<>(manifest.packs())));
    forget();
  }

  /** Nothing of this snapshot is of use: the next run begins anew. */
  void givenUp() {
    SnapshotJournal journal = journal();
    if (journal != null) {
      removeEarlier(journal.earlier());
    }
    forget();
  }

  /** A backup of this id exists already; whether it needs what was sent is not looked at. */
  void forget() {
    Job opened = job;
    if (opened != null) {
      try {
        // not made durable: one that comes back is not listened to, for the backup is asked for
        // first
        Files.deleteIfExists(opened.file());
      } catch (IOException e) {
        throw TargetFailures.translated(e, "the journal " + opened.file(), List.of(opened.file()));
      }
    }
  }

  private void removeEarlier(SnapshotJournal.Earlier earlier) {
    if (earlier.committing()) {
      // its manifest may still be under way to the store, and names these packs
      LOG.warn("Packs of an earlier run left in the store shard={}", layout.shard());
    } else {
      remove(earlier.packs().stream().map(ConfirmedPack::entry).toList());
    }
  }

  private void remove(List<PackEntry> unneeded) {
    List<String> keys = new ArrayList<>();
    unneeded.forEach(pack -> keys.add(layout.packKey(pack.name())));
    EarlierPacks.remove(store, keys);
  }

  /** Something that is written. */
  private interface Note {
    void write(SnapshotJournal journal) throws IOException;
  }

  /** A disk that is full takes the way back; the snapshot itself needs no room on it. */
  private void note(Note note) {
    SnapshotJournal journal = journal();
    if (journal != null && !journalLost.get()) {
      try {
        note.write(journal);
      } catch (IOException e) {
        LOG.warn("Snapshot goes on and cannot be resumed shard={}", layout.shard(), e);
        // half a journal would have a later run remove packs that this one's manifest names
        forget();
        journalLost.set(true);
      }
    }
  }

  @Override
  public void close() {
    Job opened = job;
    if (opened != null) {
      try {
        opened.close();
      } catch (IOException e) {
        throw TargetFailures.translated(e, "the journal " + opened.file(), List.of(opened.file()));
      }
    }
  }
}

package io.reseed.backup.snapshot;

import io.reseed.backup.BackupException;
import io.reseed.backup.FailureCode;
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
  private final @Nullable Job job;
  private final AtomicBoolean journalLost = new AtomicBoolean();
  private EarlierPacks packs = EarlierPacks.NONE;

  private SnapshotProgress(ObjectStore store, RepositoryLayout layout, @Nullable Job job) {
    this.store = store;
    this.layout = layout;
    this.job = job;
  }

  /** The folder, while this run has it. */
  private record Job(Path file, FolderLock lock, SnapshotJournal journal) {}

  /**
   * Opens the request's job folder, if it has one, and begins anew when what it holds is not of
   * this very server as it is now.
   *
   * @throws BackupException {@code JOB_RUNNING}, {@code JOB_FOLDER_FOREIGN}; {@code KEY_UNKNOWN},
   *     {@code KEY_WRONG} when an earlier run encrypted with a master key that is not here
   */
  static SnapshotProgress open(
      ObjectStore store, SnapshotRequest request, SnapshotOptions options, MasterKeys masterKeys) {
    RepositoryLayout layout = new RepositoryLayout(request.header().shard());
    Path folder = request.jobFolder();
    if (folder == null) {
      return new SnapshotProgress(store, layout, null);
    }
    Path file = folder.resolve("snapshot.journal");
    try {
      FolderLock lock = JobLock.take(folder, "snapshot");
      try {
        SnapshotProgress earlier = reopen(store, request, file, lock);
        Sha256 identity = SnapshotIdentity.of(request, options, masterKeys.canWrap());
        if (earlier != null && earlier.goesOn(request, identity, masterKeys)) {
          return earlier;
        }
        SnapshotJournal anew = SnapshotJournal.begin(file, request.header().id(), identity);
        return new SnapshotProgress(store, layout, new Job(file, lock, anew));
      } catch (IOException | RuntimeException e) {
        lock.close();
        throw e;
      }
    } catch (IOException e) {
      LOG.warn(
          "Snapshot begun that cannot be resumed shard={} journal={}", layout.shard(), file, e);
      return new SnapshotProgress(store, layout, null);
    }
  }

  private static @Nullable SnapshotProgress reopen(
      ObjectStore store, SnapshotRequest request, Path file, FolderLock lock) throws IOException {
    ManifestHeader header = request.header();
    Optional<SnapshotJournal> begun = SnapshotJournal.reopen(file, header.id());
    return begun.isEmpty()
        ? null
        : new SnapshotProgress(
            store, new RepositoryLayout(header.shard()), new Job(file, lock, begun.get()));
  }

  /** Whether what was begun is of use; otherwise it is removed, and the journal closed. */
  private boolean goesOn(SnapshotRequest request, Sha256 identity, MasterKeys masterKeys)
      throws IOException {
    if (job == null) {
      return false;
    }
    boolean resumed = false;
    try {
      keys(PackKeys.NONE, masterKeys);
      if (job.journal().isOf(request.header().id(), identity)) {
        resume();
        resumed = true;
      } else {
        LOG.warn(
            "Snapshot begun anew, the server changed since shard={} backup={}",
            layout.shard(),
            request.header().id());
        removeEarlier(job.journal().earlier());
      }
    } finally {
      if (!resumed) {
        job.journal().close();
      }
    }
    return resumed;
  }

  private void resume() {
    if (job != null) {
      packs = EarlierPacks.open(store, layout, job.journal().earlier());
      LOG.info(
          "Snapshot goes on shard={} runs={} packsConfirmed={}",
          layout.shard(),
          job.journal().earlier().runs().size(),
          packs.entries().size());
    }
  }

  /** Those keys and the ones of earlier runs. */
  PackKeys keys(PackKeys parent, MasterKeys masterKeys) {
    PackKeys keys = parent;
    if (job != null) {
      for (Map.Entry<String, Optional<WrappedKey>> run :
          job.journal().earlier().runs().entrySet()) {
        if (run.getValue().isPresent()) {
          keys = keys.withEarlier(run.getKey(), run.getValue().get(), masterKeys);
        }
      }
    }
    return keys;
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
    if (job != null) {
      removeEarlier(job.journal().earlier());
    }
    forget();
  }

  /** A backup of this id exists already; whether it needs what was sent is not looked at. */
  void forget() {
    if (job != null) {
      try {
        Files.deleteIfExists(job.file());
      } catch (IOException e) {
        throw TargetFailures.translated(e, "the journal " + job.file());
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
    if (job != null && !journalLost.get()) {
      try {
        note.write(job.journal());
      } catch (IOException e) {
        LOG.warn(
            "Snapshot goes on and cannot be resumed shard={} journal={}",
            layout.shard(),
            job.file(),
            e);
        // half a journal would have a later run remove packs that this one's manifest names
        forget();
        journalLost.set(true);
      }
    }
  }

  @Override
  public void close() {
    if (job != null) {
      try {
        try {
          job.journal().close();
        } finally {
          job.lock().close();
        }
      } catch (IOException e) {
        throw TargetFailures.translated(e, "the journal " + job.file());
      }
    }
  }
}

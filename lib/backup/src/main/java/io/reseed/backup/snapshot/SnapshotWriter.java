package io.reseed.backup.snapshot;

import io.reseed.backup.JobMonitor;
import io.reseed.backup.encryption.MasterKeys;
import io.reseed.backup.encryption.PackKeys;
import io.reseed.backup.format.Manifest;
import io.reseed.backup.format.ManifestCodec;
import io.reseed.backup.format.ManifestHeader;
import io.reseed.backup.format.RepositoryLayout;
import io.reseed.backup.store.ObjectStore;
import io.reseed.backup.store.PutOutcome;
import io.reseed.fleet.BackupId;
import io.reseed.fleet.FailureCode;
import io.reseed.fleet.FailureException;
import io.reseed.fleet.Nonce;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes backups into a store. Holds no state between two writes. */
public final class SnapshotWriter {
  private static final Logger LOG = LoggerFactory.getLogger(SnapshotWriter.class);

  /** Of the manifest just put: what is found may have been spoiled on its way. */
  private static final int READS_MAX = 3;

  private final ObjectStore store;
  private final SnapshotOptions options;
  private final RandomGenerator random;
  private final MasterKeys masterKeys;

  /** Uses the store without closing it; {@code random} must differ between two processes. */
  public SnapshotWriter(ObjectStore store, SnapshotOptions options, RandomGenerator random) {
    this(store, options, random, MasterKeys.NONE);
  }

  /** Encrypts where there is a master key to wrap data keys with. */
  public SnapshotWriter(
      ObjectStore store, SnapshotOptions options, RandomGenerator random, MasterKeys masterKeys) {
    this.masterKeys = masterKeys;
    this.store = options.bandwidth().within(store);
    this.options = options;
    this.random = random;
  }

  /**
   * Reads every file of the source, sends packs in parallel, confirms each by asking the store for
   * its size and tag, then commits the manifest with a conditional put and reads it back. The
   * backup exists from that put on and not before: any failure leaves at most packs that no
   * manifest names. Repeating the call after a failure starts from the beginning, under the same id
   * if liked.
   *
   * <p>With a job folder, the same call after any failure, kill or power cut goes on: every byte is
   * read and inspected again, but what lies in a pack that the store had confirmed is not sent
   * again. Where the server has changed in between, all begins anew. A folder that is removed
   * instead leaves packs that no manifest names.
   *
   * <p>With a parent only what changed since is sent, by the page; the new backup needs the
   * parent's packs, but not its manifest. What a restore reads stays within 1.3 × of what it would
   * read for a full one.
   *
   * <p>{@code STORE_UNREACHABLE} while the manifest was put leaves open whether the backup exists:
   * then the same call again says {@code BACKUP_EXISTS} and the backup is whole.
   *
   * @throws FailureException {@code SOURCE_CHANGED} when a file's size or time moved while the
   *     snapshot ran; {@code BACKUP_EXISTS} when another writer won the id; {@code
   *     SOURCE_UNREADABLE}; {@code CANCELLED}; any of the store's; whatever the inspection finds;
   *     of a job folder: {@code JOB_RUNNING}, {@code JOB_FOLDER_FOREIGN}, and {@code KEY_UNKNOWN}
   *     or {@code KEY_WRONG} when an earlier run encrypted with a master key that is not here
   */
  public SnapshotResult write(SnapshotRequest request, JobMonitor monitor) {
    try (SnapshotProgress progress = SnapshotProgress.open(store, request)) {
      return write(request, progress, monitor);
    }
  }

  private SnapshotResult write(
      SnapshotRequest request, SnapshotProgress progress, JobMonitor monitor) {
    ManifestHeader header = request.header();
    String key = new RepositoryLayout(header.shard()).manifestKey(header.id());
    if (store.head(key).isPresent()) {
      progress.forget();
      throw exists(header.id());
    }
    progress.goOnOrBegin(request, options, masterKeys);
    SnapshotParent before = usable(request.parent());
    PackKeys older =
        before == null ? PackKeys.NONE : PackKeys.open(store, before.manifest(), masterKeys);
    ParentBackup parent =
        before == null
            ? null
            : ParentBackup.open(store, before, older, SnapshotRun.pageSizeOf(header));
    PackUploads.Writer writer = writer(header, progress.keys(older, masterKeys), progress);
    PackUploads uploads =
        new PackUploads(store, header, writer, parent == null ? 0 : parent.packs().size());
    SnapshotRun.Outcome outcome =
        send(new SnapshotRun(request, options, uploads, parent), uploads, monitor);
    return committed(outcome, uploads, writer);
  }

  /** A parent that is encrypted as the new backup is to be; all packs of a backup are alike. */
  private @Nullable SnapshotParent usable(@Nullable SnapshotParent parent) {
    boolean alike =
        parent != null && (parent.manifest().header().keyId() != null) == masterKeys.canWrap();
    return alike ? parent : null;
  }

  private PackUploads.Writer writer(
      ManifestHeader header, PackKeys older, SnapshotProgress progress) {
    String nonce = Nonce.create(random);
    String name = RepositoryLayout.keyId(header.id(), nonce);
    if (!masterKeys.canWrap()) {
      progress.begins(name, Optional.empty());
      return new PackUploads.Writer(nonce, null, PackKeys.NONE, progress);
    }
    PackKeys keys = older.withNew(name, masterKeys);
    progress.begins(name, keys.wrappedKeyOf(name));
    return new PackUploads.Writer(nonce, name, keys, progress);
  }

  /** A full backup, of which nothing is inspected: its manifest as committed. */
  public Manifest write(ManifestHeader header, SnapshotSource source, JobMonitor monitor) {
    return write(header, source, ReadInspection.NONE, monitor);
  }

  /** Writes a backup while {@code inspection} looks at every byte that is read. */
  public Manifest write(
      ManifestHeader header, SnapshotSource source, ReadInspection inspection, JobMonitor monitor) {
    return write(new SnapshotRequest(header, source, inspection, null), monitor).manifest();
  }

  private SnapshotResult committed(
      SnapshotRun.Outcome outcome, PackUploads uploads, PackUploads.Writer writer) {
    Manifest manifest = outcome.manifest();
    ManifestHeader header = manifest.header();
    // before the manifest: a backup that exists can be read
    writer.keys().write(store, manifest);
    byte[] object = ManifestCodec.encode(manifest);
    writer.progress().commits();
    commit(object, header, uploads);
    writer.progress().finished(manifest);
    SnapshotResult result =
        new SnapshotResult(
            manifest,
            uploads.bytesSent(),
            uploads.bytesOfEarlier(manifest),
            object.length,
            outcome.extents());
    report(result);
    return result;
  }

  private static void report(SnapshotResult result) {
    ManifestHeader header = result.manifest().header();
    LOG.info(
        "Backup committed shard={} backup={} files={} bytesRaw={} bytesStored={} bytesAdded={}"
            + " bytesResumed={} extentsReferenced={} extentsPatched={} extentsStored={}",
        header.shard(),
        header.id(),
        result.manifest().files().size(),
        result.manifest().rawBytes(),
        result.manifest().storedBytes(),
        result.bytesUploaded(),
        result.bytesResumed(),
        result.extents().referenced(),
        result.extents().patched(),
        result.extents().stored());
  }

  private static SnapshotRun.Outcome send(
      SnapshotRun run, PackUploads uploads, JobMonitor monitor) {
    try {
      return run.run(monitor);
    } catch (FailureException e) {
      try {
        uploads.failed(e.code());
      } catch (FailureException second) {
        e.addSuppressed(second);
      }
      throw e;
    }
  }

  private void commit(byte[] object, ManifestHeader header, PackUploads uploads) {
    String key = new RepositoryLayout(header.shard()).manifestKey(header.id());
    PutOutcome outcome = store.putIfAbsent(key, ByteBuffer.wrap(object));
    byte[] found = new byte[0];
    for (int read = 0; read < READS_MAX; read++) {
      found = store.get(key, ManifestCodec.OBJECT_BYTES_MAX).orElse(new byte[0]);
      if (Arrays.equals(found, object)) {
        // also where it was there already: our pack names are nobody else's, so equal bytes are our
        // own put whose answer got lost
        return;
      }
    }
    if (outcome == PutOutcome.ALREADY_EXISTS) {
      requireManifest(found, header);
      uploads.lost();
      throw exists(header.id());
    }
    throw new FailureException(
        FailureCode.STORE_UNFIT,
        "manifest " + key + " was accepted by the store and reads back differently",
        "Check the store: it loses or changes what is put. Do not use backup " + header.id() + ".");
  }

  /** Only for a whole manifest, which is not ours, our packs may be removed. */
  private static void requireManifest(byte[] found, ManifestHeader header) {
    try {
      ManifestCodec.decode(found, header.shard(), header.id());
    } catch (FailureException e) {
      throw new FailureException(
          FailureCode.STORE_UNREACHABLE,
          "a manifest of "
              + header.id()
              + " is there already and could not be read: "
              + e.getMessage(),
          "Run the job again: it looks at it anew. Nothing was removed.",
          e);
    }
  }

  private static FailureException exists(BackupId id) {
    return new FailureException(
        FailureCode.BACKUP_EXISTS,
        "backup " + id + " was committed already by another writer or an earlier run",
        "Use that backup, or write a new one under a new id.");
  }
}

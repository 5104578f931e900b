package io.reseed.backup.restore;

import io.reseed.backup.format.Manifest;
import io.reseed.backup.format.ManifestCodec;
import io.reseed.backup.format.RepositoryLayout;
import io.reseed.backup.format.Sha256;
import io.reseed.backup.store.CheckedRead;
import io.reseed.backup.store.ObjectStore;
import io.reseed.backup.work.JobLock;
import io.reseed.durable.DurableFile;
import io.reseed.durable.FolderLock;
import io.reseed.fleet.FailureCode;
import io.reseed.fleet.FailureException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where one restore keeps what it must remember: the manifest as it was first read, the journal,
 * and a lock that lets one run at a time work.
 */
final class JobFolder implements AutoCloseable {
  private final RestoreJob job;
  private final FolderLock lock;

  /** A manifest that holds, and its bytes. */
  private static final class Read {
    private final byte[] object;
    private final Manifest manifest;

    Read(byte[] object, Manifest manifest) {
      this.object = object;
      this.manifest = manifest;
    }
  }

  private JobFolder(RestoreJob job, FolderLock lock) {
    this.job = job;
    this.lock = lock;
  }

  static JobFolder open(RestoreJob job) throws IOException {
    return new JobFolder(job, JobLock.take(job.jobFolder(), "restore"));
  }

  /** The manifest kept here; otherwise that in the store, which is kept from now on. */
  Manifest manifest(ObjectStore store) throws IOException {
    Path kept = kept();
    if (Files.exists(kept)) {
      return ManifestCodec.decode(Files.readAllBytes(kept), job.shard(), job.backup());
    }
    Read read =
        CheckedRead.of(
                store,
                new RepositoryLayout(job.shard()).manifestKey(job.backup()),
                ManifestCodec.OBJECT_BYTES_MAX,
                object -> new Read(object, ManifestCodec.decode(object, job.shard(), job.backup())))
            .orElseThrow(
                () ->
                    new FailureException(
                        FailureCode.BACKUP_MISSING,
                        "shard " + job.shard() + " has no backup " + job.backup(),
                        "List the shard's backups and take one of them."));
    DurableFile.replace(kept, read.object);
    return read.manifest;
  }

  /** The journal, if one was begun. */
  @Nullable RestoreJournal journal() throws IOException {
    return RestoreJournal.isBegun(journalFile())
        ? RestoreJournal.reopen(journalFile(), job.backup(), keptHash())
        : null;
  }

  RestoreJournal beginJournal() throws IOException {
    return RestoreJournal.begin(journalFile(), job.backup(), keptHash());
  }

  @Override
  public void close() throws IOException {
    lock.close();
  }

  private Sha256 keptHash() throws IOException {
    return Sha256.of(Files.readAllBytes(kept()));
  }

  private Path kept() {
    // named by the backup, so that the manifest of another job here is never taken for ours
    return job.jobFolder().resolve(job.backup() + ".manifest");
  }

  private Path journalFile() {
    return job.jobFolder().resolve("restore.journal");
  }
}

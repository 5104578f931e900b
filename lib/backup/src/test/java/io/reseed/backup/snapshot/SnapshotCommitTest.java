package io.reseed.backup.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reseed.backup.JobMonitor;
import io.reseed.backup.MemoryStore;
import io.reseed.backup.PageFolder;
import io.reseed.backup.SampleFolder;
import io.reseed.backup.TestBackups;
import io.reseed.backup.TestChain;
import io.reseed.backup.WatchedStore;
import io.reseed.backup.catalogue.Catalogue;
import io.reseed.backup.format.Manifest;
import io.reseed.backup.format.RepositoryLayout;
import io.reseed.backup.store.ObjectStore;
import io.reseed.fleet.BackupId;
import io.reseed.fleet.FailureCode;
import io.reseed.fleet.FailureException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of the packs when it is not clear whether the backup exists. */
class SnapshotCommitTest {
  private static final int PAGE = 8 << 10;
  private static final SnapshotOptions OPTIONS = new SnapshotOptions(256 << 10, 256 << 10, 2, 1);
  private static final BackupId ID = TestBackups.id(500);
  private static final String MANIFEST = new RepositoryLayout(TestBackups.SHARD).manifestKey(ID);

  private final MemoryStore memory = new MemoryStore();

  @TempDir Path temp;

  private Path source;
  private Path journal;
  private SnapshotRequest request;

  @BeforeEach
  void fill() throws IOException {
    source = temp.resolve("source");
    var _ = new PageFolder(source, PAGE, 4).addTable(400);
    Path job = temp.resolve("job");
    journal = job.resolve("snapshot.journal");
    request =
        SnapshotRequest.full(
                TestBackups.header(ID, null, PAGE),
                SnapshotSource.scan(Map.of("data", source), path -> true))
            .withJobFolder(job);
  }

  /** The answer to the put is lost, so the manifest is there already at the second try. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void ourOwnManifestThatIsSpoiledOnItsWayIsNotTakenForAnothers(int spoiled) throws IOException {
    AtomicInteger reads = new AtomicInteger();
    ObjectStore store =
        new WatchedStore(memory) {
          @Override
          public void getRange(String key, long offset, ByteBuffer target) {
            super.getRange(key, offset, target);
            if (key.equals(MANIFEST) && reads.getAndIncrement() < spoiled) {
              target.array()[target.arrayOffset() + 50] ^= 1;
            }
          }
        }.losesAnswers();

    Manifest manifest = write(store).manifest();

    assertRestores(manifest);
  }

  @Test
  void nothingIsRemovedWhileTheManifestCannotBeRead() throws IOException {
    ObjectStore store =
        new WatchedStore(memory)
            .afterRead(bytes -> bytes.put(50, (byte) (bytes.get(50) ^ 1)))
            .losesAnswers();

    assertFails(FailureCode.STORE_UNREACHABLE, store);

    assertFails(FailureCode.BACKUP_EXISTS, memory);
    assertRestores(new Catalogue(memory).manifest(TestBackups.SHARD, ID));
  }

  /** As after a power cut that undid the journal's removal. */
  @Test
  void aJournalOfABackupThatExistsIsNotListenedTo() throws IOException {
    AtomicReference<byte[]> early = new AtomicReference<>(new byte[0]);
    AtomicInteger puts = new AtomicInteger();
    WatchedStore store = new WatchedStore(memory);
    store.afterPut(
        key -> {
          if (puts.incrementAndGet() == 5) {
            early.set(read(journal));
          }
        });
    Manifest manifest = write(store).manifest();
    Files.write(journal, early.get());

    assertFails(FailureCode.BACKUP_EXISTS, memory);

    assertThat(journal).doesNotExist();
    assertRestores(manifest);
  }

  private void assertRestores(Manifest manifest) throws IOException {
    Path target = temp.resolve("target");
    new TestChain(memory, OPTIONS, PAGE).restore(manifest, target);
    SampleFolder.assertSame(target, source);
  }

  private void assertFails(FailureCode code, ObjectStore store) {
    assertThatThrownBy(() -> write(store))
        .isInstanceOfSatisfying(
            FailureException.class, failure -> assertThat(failure.code()).isEqualTo(code));
  }

  private SnapshotResult write(ObjectStore store) {
    return new SnapshotWriter(store, OPTIONS, new Random()).write(request, JobMonitor.SILENT);
  }

  private static byte[] read(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

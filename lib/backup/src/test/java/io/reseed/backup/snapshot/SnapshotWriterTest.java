package io.reseed.backup.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reseed.backup.JobMonitor;
import io.reseed.backup.Progress;
import io.reseed.backup.SampleFolder;
import io.reseed.backup.TestBackups;
import io.reseed.backup.TestStores;
import io.reseed.backup.WatchedStore;
import io.reseed.backup.catalogue.Catalogue;
import io.reseed.backup.catalogue.ListedBackup;
import io.reseed.backup.format.Manifest;
import io.reseed.backup.format.ManifestHeader;
import io.reseed.backup.format.RepositoryLayout;
import io.reseed.backup.store.ObjectStore;
import io.reseed.fleet.BackupId;
import io.reseed.fleet.FailureClass;
import io.reseed.fleet.FailureCode;
import io.reseed.fleet.FailureException;
import io.reseed.testkit.S3Extension;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
class SnapshotWriterTest {
  @RegisterExtension static final S3Extension S3 = S3Extension.shared();

  private static final BackupId ID = TestBackups.id(1);
  private static final RepositoryLayout LAYOUT = new RepositoryLayout(TestBackups.SHARD);

  @TempDir Path temp;

  private WatchedStore store;
  private Path source;

  @BeforeEach
  void open(TestInfo test) throws IOException {
    // every test has a repository of its own
    store = new WatchedStore(TestStores.open(S3, test.getDisplayName().replace("()", "")));
    source = SampleFolder.fill(temp.resolve("source"), 1);
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void aFailedUploadLeavesNoBackupAndNoPacks() {
    store.failsAfter(2, FailureCode.STORE_REFUSED);

    assertFails(FailureCode.STORE_REFUSED, () -> TestBackups.write(store, ID, source));

    assertThat(listed()).isEmpty();
    assertThat(packs(store)).isEmpty();
  }

  @Test
  void aWriterThatDiesBeforeTheManifestLeavesPacksThatAreNoBackup() {
    store.failsAfter(2, FailureCode.STORE_UNREACHABLE);

    assertFails(FailureCode.STORE_UNREACHABLE, () -> TestBackups.write(store, ID, source));

    assertThat(packs(store)).isNotEmpty();
    assertThat(listed()).isEmpty();
    store.beforePut(count -> {});
    Manifest second = TestBackups.write(store, ID, source);
    assertThat(listed()).containsExactly(ID);
    assertThat(new Catalogue(store).manifest(TestBackups.SHARD, ID)).isEqualTo(second);
  }

  @Test
  void ofTwoWritersWithOneIdExactlyOneWins() throws IOException {
    Path otherSource = SampleFolder.fill(temp.resolve("other"), 2);
    AtomicBoolean once = new AtomicBoolean();
    List<Manifest> winner = new ArrayList<>();
    try (ObjectStore plain = TestStores.open(S3, "ofTwoWritersWithOneIdExactlyOneWins")) {
      store.beforePut(
          count -> {
            // the other writer runs whole after this one has begun
            if (count == 1 && once.compareAndSet(false, true)) {
              winner.add(TestBackups.write(plain, ID, otherSource));
            }
          });

      assertFails(FailureCode.BACKUP_EXISTS, () -> TestBackups.write(store, ID, source));
    }

    Manifest found = new Catalogue(store).manifest(TestBackups.SHARD, ID);
    assertThat(found).isEqualTo(winner.getFirst());
    assertThat(packs(store))
        .containsExactlyInAnyOrderElementsOf(
            found.packs().stream().map(pack -> LAYOUT.packKey(pack.name())).toList());
  }

  @Test
  void anIdThatIsTakenIsRefusedBeforeAnythingIsSent() {
    TestBackups.write(store, ID, source);
    List<String> before = packs(store);

    assertFails(FailureCode.BACKUP_EXISTS, () -> TestBackups.write(store, ID, source));

    assertThat(packs(store)).isEqualTo(before);
  }

  @Test
  void anAnswerThatGotLostIsNotTakenForAnotherWriter() {
    store.losesAnswers();

    Manifest manifest = TestBackups.write(store, ID, source);

    assertThat(new Catalogue(store).manifest(TestBackups.SHARD, ID)).isEqualTo(manifest);
  }

  @Test
  void aFileThatChangesWhileItIsReadFailsTheSnapshot() {
    store.beforePut(
        count -> {
          try {
            Files.write(source.resolve("one"), new byte[] {1, 2, 3});
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
    source.resolve("one").toFile().setWritable(true);

    assertFails(FailureCode.SOURCE_CHANGED, () -> TestBackups.write(store, ID, source));

    assertThat(listed()).isEmpty();
    assertThat(packs(store)).isEmpty();
  }

  @Test
  void aCancelledSnapshotStopsAndLeavesNothing() {
    AtomicBoolean cancelled = new AtomicBoolean();
    CountDownLatch never = new CountDownLatch(1);
    store.beforePut(
        count -> {
          cancelled.set(true);
          await(never);
        });
    JobMonitor monitor =
        new JobMonitor() {
          @Override
          public void progressed(Progress progress) {}

          @Override
          public boolean cancelled() {
            return cancelled.get();
          }
        };

    assertFails(FailureCode.CANCELLED, () -> TestBackups.write(store, ID, source, monitor));

    assertThat(listed()).isEmpty();
    assertThat(packs(store)).isEmpty();
  }

  @Test
  void aPackThatTheStoreAcceptedAndLostFailsTheSnapshot() {
    store.afterPut(store::delete);

    assertFails(FailureCode.STORE_UNFIT, () -> TestBackups.write(store, ID, source));

    assertThat(listed()).isEmpty();
  }

  @Test
  void aPackThatTheStoreChangedFailsTheSnapshot() {
    store.afterPut(
        key -> {
          try (ObjectStore other =
              TestStores.open(S3, "aPackThatTheStoreChangedFailsTheSnapshot")) {
            byte[] bytes = other.get(key, 1 << 30).orElseThrow();
            bytes[bytes.length / 2] ^= 1;
            other.put(key, ByteBuffer.wrap(bytes));
          }
        });

    assertFails(FailureCode.STORE_UNFIT, () -> TestBackups.write(store, ID, source));

    assertThat(listed()).isEmpty();
  }

  @Test
  void aSymbolicLinkIsNotFollowed() throws IOException {
    Files.createSymbolicLink(source.resolve("link.ibd"), Path.of("/etc/hostname"));

    assertFails(FailureCode.SOURCE_UNREADABLE, () -> TestBackups.write(store, ID, source));
  }

  @Test
  void rootsInsideOneAnotherAreRefused() {
    Map<String, Path> roots = Map.of("data", source, "redo", source.resolve("#innodb_redo"));

    assertFails(FailureCode.SOURCE_UNREADABLE, () -> SnapshotSource.scan(roots, path -> true));
  }

  @Test
  void anEncryptedBackupIsNotPretended() {
    ManifestHeader encrypted =
        TestBackups.header(ID).withKeyId("20261121T021500Z-k3v9q0ax-0f7tmw2c");
    SnapshotWriter writer = new SnapshotWriter(store, TestBackups.SMALL, new Random(1));
    SnapshotSource files = SnapshotSource.scan(Map.of("data", source), path -> true);

    assertThatThrownBy(() -> writer.write(encrypted, files, JobMonitor.SILENT))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FailureException(FailureCode.CANCELLED, "interrupted", "-", e);
    }
  }

  private List<BackupId> listed() {
    return new Catalogue(store).list(TestBackups.SHARD).stream().map(ListedBackup::id).toList();
  }

  private static List<String> packs(ObjectStore store) {
    List<String> keys = new ArrayList<>();
    store.list(LAYOUT.packsPrefix(), info -> keys.add(info.key()));
    return keys;
  }

  private static void assertFails(FailureCode code, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            FailureException.class,
            failure -> {
              assertThat(failure.code()).as("%s", failure).isEqualTo(code);
              assertThat(failure.failureClass()).isNotEqualTo(FailureClass.BUG);
            });
  }
}

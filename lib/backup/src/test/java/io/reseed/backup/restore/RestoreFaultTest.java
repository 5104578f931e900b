package io.reseed.backup.restore;

import static java.nio.charset.StandardCharsets.UTF_8;
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
import io.reseed.backup.format.PackEntry;
import io.reseed.backup.format.RepositoryLayout;
import io.reseed.backup.format.Verdict;
import io.reseed.fleet.BackupId;
import io.reseed.fleet.FailureClass;
import io.reseed.fleet.FailureCode;
import io.reseed.fleet.FailureException;
import io.reseed.testkit.S3Extension;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
class RestoreFaultTest {
  @RegisterExtension static final S3Extension S3 = S3Extension.shared();

  private static final BackupId ID = TestBackups.id(1);
  private static final RepositoryLayout LAYOUT = new RepositoryLayout(TestBackups.SHARD);
  // one read at a time and a journal line per 256 KiB, so that "the middle" is well defined
  private static final RestoreOptions FINE = new RestoreOptions(1, 128 << 10, 256 << 10);

  @TempDir Path temp;

  private String prefix;
  private WatchedStore store;
  private Path source;
  private Manifest manifest;

  @BeforeEach
  void writeABackup(TestInfo test) throws IOException {
    prefix = test.getDisplayName().replace("()", "");
    store = new WatchedStore(TestStores.open(S3, prefix));
    source = SampleFolder.fill(temp.resolve("source"), 1);
    manifest = TestBackups.write(store, ID, source);
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void aFlippedByteAnywhereInAPackIsFoundAndNamed() throws IOException {
    PackEntry pack = manifest.packs().getFirst();
    Path file = objectFile(LAYOUT.packKey(pack.name()));
    byte[] good = Files.readAllBytes(file);
    assertThat(good).hasSize((int) pack.sizeBytes());
    for (int sample = 0; sample < 8; sample++) {
      byte[] bad = good.clone();
      bad[(int) (pack.sizeBytes() * sample / 8) + sample * 7] ^= (byte) (1 << sample);
      Files.write(file, bad);

      int target = 10 + sample;
      FailureException failure = assertFails(FailureCode.PACK_CORRUPT, () -> restoreTo(target));

      assertThat(failure.failureClass()).isEqualTo(FailureClass.BAD_BACKUP);
      assertThat(failure).hasMessageContaining(pack.name()).hasMessageContaining("data:");
    }
  }

  @Test
  void aTruncatedPackIsFound() throws IOException {
    Path file = objectFile(LAYOUT.packKey(manifest.packs().getLast().name()));
    byte[] good = Files.readAllBytes(file);
    // behind the extents, only the next writer would miss something
    Files.write(file, Arrays.copyOf(good, good.length / 2));

    assertFails(FailureCode.PACK_CORRUPT, () -> restoreTo(1));
  }

  @Test
  void aMissingPackIsFoundAndNamed() {
    String name = manifest.packs().getFirst().name();
    store.delete(LAYOUT.packKey(name));

    assertThat(assertFails(FailureCode.PACK_MISSING, () -> restoreTo(1)))
        .hasMessageContaining(name);
  }

  @Test
  void swappedPacksAreFound() throws IOException {
    Path first = objectFile(LAYOUT.packKey(manifest.packs().get(0).name()));
    Path second = objectFile(LAYOUT.packKey(manifest.packs().get(1).name()));
    byte[] bytes = Files.readAllBytes(first);
    Files.write(first, Files.readAllBytes(second));
    Files.write(second, bytes);

    assertFails(FailureCode.PACK_CORRUPT, () -> restoreTo(1));
  }

  @Test
  void aMissingBackupIsSaidSo() {
    RestoreJob job =
        new RestoreJob(
            TestBackups.SHARD,
            TestBackups.id(77),
            Map.of("data", temp.resolve("t")),
            temp.resolve("j"));

    assertFails(FailureCode.BACKUP_MISSING, () -> restore(job, JobMonitor.SILENT));
  }

  @Test
  void aReadThatTheNetworkSpoiledOnceIsReadAgain() throws IOException {
    AtomicBoolean once = new AtomicBoolean();
    store.afterRead(
        bytes -> {
          if (bytes.remaining() > 50_000 && once.compareAndSet(false, true)) {
            bytes.put(40_000, (byte) ~bytes.get(40_000));
          }
        });

    RestoreResult result = restoreTo(1);

    assertThat(once).isTrue();
    SampleFolder.assertSame(target(1), source);
    assertThat(result.bytesTransferred()).isGreaterThan(manifest.storedBytes());
  }

  @Test
  void brokenManifestsAndVerdictsAreListedAndHideNoOthers() throws IOException {
    Catalogue catalogue = new Catalogue(store);
    for (int backup = 2; backup <= 4; backup++) {
      TestBackups.write(store, TestBackups.id(backup), source);
    }
    Verdict verdict =
        new Verdict(Verdict.Outcome.VALIDATED, Instant.EPOCH, "checked", Map.of("tables", "3"));
    catalogue.record(TestBackups.SHARD, TestBackups.id(3), verdict);
    catalogue.record(TestBackups.SHARD, TestBackups.id(4), verdict);
    flip(LAYOUT.manifestKey(TestBackups.id(1)), 300);
    store.put(
        LAYOUT.manifestKey(TestBackups.id(2)),
        ByteBuffer.wrap("reseed manifest 3 zstd 1 x\n".getBytes(UTF_8)));
    flip(LAYOUT.verdictKey(TestBackups.id(3)), 150);

    List<ListedBackup> listed = catalogue.list(TestBackups.SHARD);

    assertThat(listed.stream().map(ListedBackup::id))
        .containsExactly(
            TestBackups.id(1), TestBackups.id(2), TestBackups.id(3), TestBackups.id(4));
    assertUnusable(listed.get(0), FailureCode.MANIFEST_CORRUPT);
    assertUnusable(listed.get(1), FailureCode.FORMAT_VERSION_UNKNOWN);
    assertUnusable(listed.get(2), FailureCode.VERDICT_CORRUPT);
    assertThat(listed.get(3))
        .isInstanceOfSatisfying(
            ListedBackup.Usable.class,
            usable -> {
              assertThat(usable.verdict()).hasValue(verdict);
              assertThat(usable.rawBytes()).isEqualTo(manifest.rawBytes());
              assertThat(usable.storedBytes()).isEqualTo(manifest.storedBytes());
            });
    assertFails(
        FailureCode.BACKUP_MISSING,
        () -> catalogue.record(TestBackups.SHARD, TestBackups.id(9), verdict));
  }

  @Test
  void aCancelledRestoreStopsAndIsGoneOnWith() throws IOException {
    AtomicBoolean cancelled = new AtomicBoolean();
    CountDownLatch never = new CountDownLatch(1);
    store.beforeRead(
        bytes -> {
          if (bytes > manifest.storedBytes() / 2) {
            cancelled.set(true);
            await(never);
          }
        });
    assertFails(FailureCode.CANCELLED, () -> restore(job(1), cancelledBy(cancelled)));
    store.beforeRead(bytes -> {});

    RestoreResult result = restore(job(1), JobMonitor.SILENT);

    SampleFolder.assertSame(target(1), source);
    assertThat(result.bytesResumed()).isPositive();
    assertThat(result.bytesTransferred()).isLessThan(manifest.storedBytes() * 3 / 4);
  }

  @Test
  void anInterruptOfTheCallerStopsARestore() {
    Thread caller = Thread.currentThread();
    CountDownLatch never = new CountDownLatch(1);
    store.beforeRead(
        bytes -> {
          if (bytes > manifest.storedBytes() / 2) {
            caller.interrupt();
            await(never);
          }
        });

    assertFails(FailureCode.CANCELLED, () -> restore(job(1), JobMonitor.SILENT));

    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void twoRunsOfOneJobDoNotWorkAtTheSameTime() throws IOException {
    AtomicBoolean once = new AtomicBoolean();
    store.beforeRead(
        bytes -> {
          if (bytes > 1_000_000 && once.compareAndSet(false, true)) {
            assertFails(FailureCode.JOB_RUNNING, () -> restore(job(1), JobMonitor.SILENT));
          }
        });

    restore(job(1), JobMonitor.SILENT);

    assertThat(once).isTrue();
    SampleFolder.assertSame(target(1), source);
  }

  @Test
  void aLinkPutInTheWayIsNotFollowed() throws IOException {
    stopInTheMiddle(job(1));
    Path outside = Files.createDirectories(temp.resolve("outside"));
    deleteTree(target(1).resolve("empty@002dschema"));
    Files.createSymbolicLink(target(1).resolve("empty@002dschema"), outside);
    assertFails(FailureCode.TARGET_UNWRITABLE, () -> restore(job(1), JobMonitor.SILENT));

    Files.delete(target(1).resolve("empty@002dschema"));
    Files.deleteIfExists(target(1).resolve("empty"));
    Files.createSymbolicLink(target(1).resolve("empty"), outside.resolve("victim"));
    assertFails(FailureCode.TARGET_UNWRITABLE, () -> restore(job(1), JobMonitor.SILENT));

    assertThat(outside).isEmptyDirectory();
  }

  @Test
  void aFileThatSomebodyCutIsNotTakenForRestored() throws IOException {
    stopInTheMiddle(job(1));
    for (Path file : List.of(target(1).resolve("exact.ibd"), target(1).resolve("ibdata1"))) {
      Files.write(file, new byte[10]);
    }

    assertFails(FailureCode.TARGET_CHANGED, () -> restore(job(1), JobMonitor.SILENT));
  }

  private void stopInTheMiddle(RestoreJob job) {
    AtomicBoolean cancelled = new AtomicBoolean();
    CountDownLatch never = new CountDownLatch(1);
    store.beforeRead(
        bytes -> {
          if (bytes > manifest.storedBytes() * 2 / 3) {
            cancelled.set(true);
            await(never);
          }
        });
    assertFails(FailureCode.CANCELLED, () -> restore(job, cancelledBy(cancelled)));
    store.beforeRead(bytes -> {});
  }

  private RestoreResult restoreTo(int target) {
    return restore(job(target), JobMonitor.SILENT);
  }

  private RestoreResult restore(RestoreJob job, JobMonitor monitor) {
    return new Restore(store, FINE).run(job, monitor);
  }

  private RestoreJob job(int target) {
    return new RestoreJob(
        TestBackups.SHARD, ID, Map.of("data", target(target)), temp.resolve("job-" + target));
  }

  private Path target(int target) {
    return temp.resolve("target-" + target);
  }

  private Path objectFile(String key) {
    return S3.front().objectFile(S3.bucket(), prefix + "/" + key);
  }

  private void flip(String key, int at) throws IOException {
    byte[] bytes = Files.readAllBytes(objectFile(key));
    bytes[at] ^= 4;
    Files.write(objectFile(key), bytes);
  }

  private static JobMonitor cancelledBy(AtomicBoolean cancelled) {
    return new JobMonitor() {
      @Override
      public void progressed(Progress progress) {}

      @Override
      public boolean cancelled() {
        return cancelled.get();
      }
    };
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FailureException(FailureCode.CANCELLED, "interrupted", "-", e);
    }
  }

  private static void assertUnusable(ListedBackup listed, FailureCode code) {
    assertThat(listed)
        .isInstanceOfSatisfying(
            ListedBackup.Unusable.class,
            unusable -> assertThat(unusable.failure().code()).isEqualTo(code));
  }

  private static void deleteTree(Path folder) throws IOException {
    try (Stream<Path> places = Files.walk(folder)) {
      for (Path place : places.toList().reversed()) {
        Files.delete(place);
      }
    }
  }

  private static FailureException assertFails(FailureCode code, ThrowingCallable call) {
    FailureException[] caught = new FailureException[1];
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            FailureException.class,
            failure -> {
              assertThat(failure.code()).as("%s", failure).isEqualTo(code);
              caught[0] = failure;
            });
    return caught[0];
  }
}

package io.reseed.backup.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reseed.backup.JobMonitor;
import io.reseed.backup.SampleFolder;
import io.reseed.backup.TestBackups;
import io.reseed.backup.TestStores;
import io.reseed.backup.WatchedStore;
import io.reseed.backup.format.Manifest;
import io.reseed.backup.store.ObjectStore;
import io.reseed.backup.store.S3Store;
import io.reseed.backup.store.StoreSettings;
import io.reseed.fleet.BackupId;
import io.reseed.fleet.FailureClass;
import io.reseed.fleet.FailureCode;
import io.reseed.fleet.FailureException;
import io.reseed.testkit.Launch;
import io.reseed.testkit.OsProcess;
import io.reseed.testkit.S3Extension;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
class RestoreCrashTest {
  @RegisterExtension static final S3Extension S3 = S3Extension.dedicated();

  private static final RestoreOptions FINE = new RestoreOptions(2, 128 << 10, 256 << 10);

  @TempDir Path temp;

  @Test
  void aKilledRestoreGoesOnFromWhatIsDurable() throws IOException {
    Path source = SampleFolder.fill(temp.resolve("source"), 1);
    BackupId id = TestBackups.id(1);
    try (WatchedStore store = new WatchedStore(TestStores.open(S3, "killed"))) {
      Manifest manifest = TestBackups.write(store, id, source);
      long bytesBefore = store.bytesRead();
      for (int percent : new int[] {30, 60}) {
        runAndKill(id, manifest.storedBytes() * percent / 100);
      }

      RestoreResult result = new Restore(store, FINE).run(job(id), JobMonitor.SILENT);

      SampleFolder.assertSame(temp.resolve("target"), source);
      // 30 % and then 60 % of the bytes were asked for by the killed ones, less what was in flight
      assertThat(store.bytesRead() - bytesBefore).isLessThan(manifest.storedBytes() / 2);
      assertThat(result.bytesTransferred()).isEqualTo(store.bytesRead() - bytesBefore);
      assertThat(result.bytesResumed()).isGreaterThan(manifest.rawBytes() / 10);
    }
  }

  @Test
  void aStoreThatGoesAndComesBackIsWaitedFor() throws IOException {
    Path source = SampleFolder.fill(temp.resolve("source"), 2);
    BackupId id = TestBackups.id(2);
    try (WatchedStore store = new WatchedStore(TestStores.open(S3, "outage"))) {
      Manifest manifest = TestBackups.write(store, id, source);
      AtomicReference<Optional<CompletableFuture<Void>>> outage =
          new AtomicReference<>(Optional.empty());
      AtomicBoolean once = new AtomicBoolean();
      store.beforeRead(
          bytes -> {
            if (bytes > manifest.storedBytes() / 2 && once.compareAndSet(false, true)) {
              CountDownLatch stopped = new CountDownLatch(1);
              outage.set(
                  Optional.of(
                      CompletableFuture.runAsync(
                          () -> {
                            S3.front().kill();
                            stopped.countDown();
                            // a JVM's start is the length of the outage
                            S3.front().startAgain();
                          })));
              await(stopped);
            }
          });

      RestoreResult result = new Restore(store, FINE).run(job(id), JobMonitor.SILENT);

      outage.get().orElseThrow().join();
      SampleFolder.assertSame(temp.resolve("target"), source);
      assertThat(result.bytesResumed()).isZero();
    }
  }

  @Test
  void aStoreThatStaysAwayFailsTheRunWhichLaterGoesOn() throws IOException {
    Path source = SampleFolder.fill(temp.resolve("source"), 3);
    BackupId id = TestBackups.id(3);
    StoreSettings settings = TestStores.settings(S3, "away");
    StoreSettings impatient =
        new StoreSettings(
            settings.endpoint(),
            settings.region(),
            settings.bucket(),
            settings.prefix(),
            settings.credentials(),
            true,
            settings.client().withRetryBudget(Duration.ofMillis(500)));
    try (WatchedStore store = new WatchedStore(S3Store.open(impatient))) {
      Manifest manifest = TestBackups.write(store, id, source);
      AtomicBoolean once = new AtomicBoolean();
      store.beforeRead(
          bytes -> {
            if (bytes > manifest.storedBytes() / 2 && once.compareAndSet(false, true)) {
              S3.front().kill();
            }
          });

      assertThatThrownBy(() -> new Restore(store, FINE).run(job(id), JobMonitor.SILENT))
          .isInstanceOfSatisfying(
              FailureException.class,
              failure -> {
                assertThat(failure.code()).isEqualTo(FailureCode.STORE_UNREACHABLE);
                assertThat(failure.failureClass()).isEqualTo(FailureClass.TRANSIENT);
              });
      S3.front().startAgain();
      RestoreResult result;
      try (ObjectStore patient = S3Store.open(settings)) {
        result = new Restore(patient, FINE).run(job(id), JobMonitor.SILENT);
      }

      SampleFolder.assertSame(temp.resolve("target"), source);
      assertThat(result.bytesResumed()).isPositive();
      assertThat(result.bytesTransferred()).isLessThan(manifest.storedBytes() * 3 / 4);
    } finally {
      S3.front().startAgain();
    }
  }

  private void runAndKill(BackupId id, long bytes) {
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx256m",
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            RestoringProcess.class.getName(),
            S3.front().endpoint().toString(),
            S3.bucket(),
            "killed",
            S3.front().accessKey(),
            id.toString(),
            temp.resolve("target").toString(),
            temp.resolve("job").toString(),
            Long.toString(bytes));
    Path log = temp.resolve("restoring-" + bytes + ".log");
    Map<String, String> environment = Map.of("TEST_SECRET", S3.front().secretKey());
    try (OsProcess process = OsProcess.start(new Launch("restoring", command, environment, log))) {
      process.awaitLogLine(RestoringProcess.PARKED, Duration.ofSeconds(60));
      process.kill();
    }
  }

  private RestoreJob job(BackupId id) {
    return new RestoreJob(
        TestBackups.SHARD, id, Map.of("data", temp.resolve("target")), temp.resolve("job"));
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}

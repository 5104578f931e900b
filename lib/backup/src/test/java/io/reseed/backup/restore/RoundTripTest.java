package io.reseed.backup.restore;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reseed.backup.JobMonitor;
import io.reseed.backup.Progress;
import io.reseed.backup.SampleFolder;
import io.reseed.backup.TestBackups;
import io.reseed.backup.TestStores;
import io.reseed.backup.format.Extent;
import io.reseed.backup.format.Manifest;
import io.reseed.backup.format.PageIndex.HashTable;
import io.reseed.backup.snapshot.SnapshotOptions;
import io.reseed.backup.snapshot.SnapshotSource;
import io.reseed.backup.snapshot.SnapshotWriter;
import io.reseed.backup.store.ObjectStore;
import io.reseed.fleet.BackupId;
import io.reseed.fleet.FailureCode;
import io.reseed.fleet.FailureException;
import io.reseed.testkit.S3Extension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
class RoundTripTest {
  @RegisterExtension static final S3Extension S3 = S3Extension.shared();

  private static ObjectStore store;

  @TempDir Path temp;

  @BeforeAll
  static void open() {
    store = TestStores.open(S3, "round-trip");
  }

  @AfterAll
  static void close() {
    store.close();
  }

  @Test
  void aFolderComesBackWithSameNamesModesAndBytes() throws IOException {
    Path source = SampleFolder.fill(temp.resolve("source"), 1);
    BackupId id = TestBackups.id(1);
    Manifest manifest = TestBackups.write(store, id, source);

    RestoreResult result = restore(id, JobMonitor.SILENT);

    SampleFolder.assertSame(temp.resolve("target"), source);
    assertThat(result.manifest()).isEqualTo(manifest);
    assertThat(result.bytesRestored()).isEqualTo(manifest.rawBytes());
    assertThat(result.bytesResumed()).isZero();
    assertThat(result.bytesTransferred()).isEqualTo(manifest.storedBytes());
    assertThat(manifest.addedBytes()).isEqualTo(manifest.storedBytes() + hashBytes(manifest));
  }

  @Test
  void zerosAreNotStored() throws IOException {
    Path source = Files.createDirectories(temp.resolve("source"));
    Files.write(source.resolve("zeros"), new byte[8 << 20]);
    BackupId id = TestBackups.id(2);

    Manifest manifest = TestBackups.write(store, id, source);
    restore(id, JobMonitor.SILENT);

    assertThat(manifest.packs()).isEmpty();
    assertThat(manifest.files().getFirst().extents()).containsExactly(new Extent.Zero(8 << 20));
    Path target = temp.resolve("target/zeros");
    assertThat(Files.size(target)).isEqualTo(8 << 20);
    SampleFolder.assertSame(temp.resolve("target"), source);
  }

  @Test
  void severalRootsComeBackEachIntoItsOwnFolder() throws IOException {
    Path data = SampleFolder.fill(temp.resolve("data"), 3);
    Path undo = Files.createDirectories(temp.resolve("undo"));
    SampleFolder.random(undo.resolve("undo_001"), 200_000, new Random(3));
    BackupId id = TestBackups.id(3);
    new SnapshotWriter(store, TestBackups.SMALL, new Random())
        .write(
            TestBackups.header(id),
            SnapshotSource.scan(Map.of("data", data, "undo", undo), path -> true),
            JobMonitor.SILENT);

    Map<String, Path> roots = Map.of("data", temp.resolve("a"), "undo", temp.resolve("b"));
    new Restore(store, RestoreOptions.defaults())
        .run(new RestoreJob(TestBackups.SHARD, id, roots, temp.resolve("job")), JobMonitor.SILENT);

    SampleFolder.assertSame(temp.resolve("a"), data);
    SampleFolder.assertSame(temp.resolve("b"), undo);
  }

  @Test
  void whatIsNotWantedStaysOut() throws IOException {
    Path source = SampleFolder.fill(temp.resolve("source"), 4);
    BackupId id = TestBackups.id(4);
    Manifest manifest =
        new SnapshotWriter(store, TestBackups.SMALL, new Random())
            .write(
                TestBackups.header(id),
                SnapshotSource.scan(
                    Map.of("data", source), path -> !path.path().startsWith("shop")),
                JobMonitor.SILENT);

    assertThat(manifest.files()).isNotEmpty();
    assertThat(manifest.files())
        .noneSatisfy(file -> assertThat(file.path().path()).startsWith("shop"));
    assertThat(manifest.directories())
        .noneSatisfy(directory -> assertThat(directory.path().path()).startsWith("shop"));
  }

  @Test
  void aFinishedRestoreReturnsAtOnceWhenRunAgain() throws IOException {
    Path source = SampleFolder.fill(temp.resolve("source"), 5);
    BackupId id = TestBackups.id(5);
    TestBackups.write(store, id, source);
    restore(id, JobMonitor.SILENT);
    Files.write(temp.resolve("target/one-more"), new byte[1]);

    RestoreResult again = restore(id, JobMonitor.SILENT);

    assertThat(again.bytesTransferred()).isZero();
    assertThat(temp.resolve("target/one-more")).exists();
  }

  @Test
  void progressNeverFallsAndEndsAtTheWhole() throws IOException {
    Path source = SampleFolder.fill(temp.resolve("source"), 6);
    BackupId id = TestBackups.id(6);
    RecordingMonitor writing = new RecordingMonitor();
    RecordingMonitor reading = new RecordingMonitor();

    Manifest manifest = TestBackups.write(store, id, source, writing);
    restore(id, reading);

    assertThat(writing.seen.getLast().bytesTransferred()).isEqualTo(manifest.addedBytes());
    assertThat(reading.seen.getLast().bytesTransferred()).isEqualTo(manifest.storedBytes());
    for (RecordingMonitor monitor : List.of(writing, reading)) {
      assertThat(monitor.seen.stream().map(Progress::bytesDone)).isSorted();
      assertThat(monitor.seen.getLast().bytesDone()).isEqualTo(manifest.rawBytes());
      assertThat(monitor.seen.getLast().bytesTotal()).isEqualTo(manifest.rawBytes());
    }
  }

  @Test
  void aFolderThatIsNotEmptyIsNotTouched() throws IOException {
    Path source = SampleFolder.fill(temp.resolve("source"), 7);
    BackupId id = TestBackups.id(7);
    TestBackups.write(store, id, source);
    Files.createDirectories(temp.resolve("target"));
    Files.writeString(temp.resolve("target/precious"), "mine");

    assertFails(FailureCode.TARGET_NOT_EMPTY, id);
    assertFails(FailureCode.TARGET_NOT_EMPTY, id);

    assertThat(temp.resolve("target")).isDirectoryContaining("glob:**/precious");
    assertThat(temp.resolve("target").toFile().list()).containsExactly("precious");
  }

  @Test
  void aJobFolderOfAnotherBackupIsRefused() throws IOException {
    Path source = SampleFolder.fill(temp.resolve("source"), 8);
    TestBackups.write(store, TestBackups.id(8), source);
    TestBackups.write(store, TestBackups.id(9), source);
    restore(TestBackups.id(8), JobMonitor.SILENT);

    assertFails(FailureCode.JOB_FOLDER_FOREIGN, TestBackups.id(9));
  }

  @Test
  void aRootWithoutAFolderIsNamed() throws IOException {
    Path source = SampleFolder.fill(temp.resolve("source"), 10);
    BackupId id = TestBackups.id(10);
    TestBackups.write(store, id, source);
    RestoreJob job =
        new RestoreJob(
            TestBackups.SHARD, id, Map.of("undo", temp.resolve("x")), temp.resolve("job"));

    assertThatThrownBy(
            () -> new Restore(store, RestoreOptions.defaults()).run(job, JobMonitor.SILENT))
        .hasMessageContaining("root 'data'");
  }

  @Test
  void throughputOfThisMachineIsPrinted() throws IOException {
    Path source = Files.createDirectories(temp.resolve("source"));
    byte[] rows = "a row that shrinks about as a table does; ".repeat(400).getBytes(US_ASCII);
    Random random = new Random(11);
    for (int file = 0; file < 4; file++) {
      byte[] bytes = new byte[10 << 20];
      for (int at = 0; at < bytes.length; at += 16_384) {
        byte[] noise = new byte[7_000];
        random.nextBytes(noise);
        System.arraycopy(noise, 0, bytes, at, noise.length);
        System.arraycopy(rows, 0, bytes, at + noise.length, 16_384 - noise.length);
      }
      Files.write(source.resolve("t" + file + ".ibd"), bytes);
    }
    BackupId id = TestBackups.id(11);

    long begun = System.nanoTime();
    Manifest manifest =
        new SnapshotWriter(store, SnapshotOptions.defaults(), new Random())
            .write(
                TestBackups.header(id),
                SnapshotSource.scan(Map.of("data", source), path -> true),
                JobMonitor.SILENT);
    long written = System.nanoTime();
    restore(id, JobMonitor.SILENT);
    long restored = System.nanoTime();

    SampleFolder.assertSame(temp.resolve("target"), source);
    System.out.printf(
        "throughput: %d MB raw, %d MB stored; snapshot %.0f MB/s, restore %.0f MB/s%n",
        manifest.rawBytes() >> 20,
        manifest.storedBytes() >> 20,
        manifest.rawBytes() / 1e6 / ((written - begun) / 1e9),
        manifest.rawBytes() / 1e6 / ((restored - written) / 1e9));
  }

  private static long hashBytes(Manifest manifest) {
    return manifest.pages().hashes().stream().mapToLong(HashTable::storedBytes).sum();
  }

  private RestoreResult restore(BackupId id, JobMonitor monitor) {
    return new Restore(store, RestoreOptions.defaults()).run(job(id), monitor);
  }

  private RestoreJob job(BackupId id) {
    return new RestoreJob(
        TestBackups.SHARD, id, Map.of("data", temp.resolve("target")), temp.resolve("job"));
  }

  private void assertFails(FailureCode code, BackupId id) {
    assertThatThrownBy(() -> restore(id, JobMonitor.SILENT))
        .isInstanceOfSatisfying(
            FailureException.class, failure -> assertThat(failure.code()).isEqualTo(code));
  }

  private static final class RecordingMonitor implements JobMonitor {
    private final List<Progress> seen = new ArrayList<>();

    @Override
    public void progressed(Progress progress) {
      seen.add(progress);
    }

    @Override
    public boolean cancelled() {
      return false;
    }
  }
}

package io.reseed.backup.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.backup.JobMonitor;
import io.reseed.backup.PageFolder;
import io.reseed.backup.SampleFolder;
import io.reseed.backup.TestBackups;
import io.reseed.backup.TestStores;
import io.reseed.backup.encryption.LocalMasterKeys;
import io.reseed.backup.encryption.MasterKeys;
import io.reseed.backup.format.Manifest;
import io.reseed.backup.format.PackEntry;
import io.reseed.backup.format.RepositoryLayout;
import io.reseed.backup.restore.Restore;
import io.reseed.backup.restore.RestoreJob;
import io.reseed.backup.restore.RestoreOptions;
import io.reseed.backup.store.ObjectInfo;
import io.reseed.backup.store.ObjectStore;
import io.reseed.fleet.BackupId;
import io.reseed.testkit.Launch;
import io.reseed.testkit.OsProcess;
import io.reseed.testkit.S3Extension;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
class SnapshotCrashTest {
  @RegisterExtension static final S3Extension S3 = S3Extension.shared();

  private static final RepositoryLayout LAYOUT = new RepositoryLayout(TestBackups.SHARD);
  private static final int KILLS = 3;
  private static final int KILLS_OF_LONG_RUNS = 5;
  private static final String KEYS =
      "main " + Base64.getEncoder().encodeToString(new byte[32]).replace('A', 'B');

  private final String prefix = "killed-snapshot-" + UUID.randomUUID();

  @TempDir Path temp;

  @Test
  void aSnapshotKilledManyTimesSendsEachConfirmedPackOnce()
      throws IOException, InterruptedException {
    assertKilledSendsEachConfirmedPackOnce(KILLS);
  }

  @RepeatedTest(30)
  @Tag("long")
  void manySnapshotsKilledManyTimesSendEachConfirmedPackOnce()
      throws IOException, InterruptedException {
    assertKilledSendsEachConfirmedPackOnce(KILLS_OF_LONG_RUNS);
  }

  private void assertKilledSendsEachConfirmedPackOnce(int kills)
      throws IOException, InterruptedException {
    Path source = SampleFolder.fill(temp.resolve("source"), 1);
    PageFolder pages = new PageFolder(source, 16_384, 3);
    Path table = pages.addTable(200);
    BackupId id = TestBackups.id(2);
    Random random = new Random();
    MasterKeys keys = LocalMasterKeys.parse(KEYS);
    try (ObjectStore store = TestStores.open(S3, prefix)) {
      SnapshotWriter writer =
          new SnapshotWriter(store, SnapshottingProcess.FINE, new SecureRandom(), keys);
      SnapshotSource before = SnapshotSource.scan(Map.of("data", source), path -> true);
      BackupId parentId = TestBackups.id(1);
      Manifest parent =
          writer
              .write(SnapshotRequest.full(TestBackups.header(parentId), before), JobMonitor.SILENT)
              .manifest();
      pages.change(table, 0.3);
      pages.addTable(250);
      SampleFolder.random(source.resolve("new"), 2_000_000, random);
      Map<String, ObjectInfo> confirmed = new HashMap<>();
      for (int kill = 0; kill < kills; kill++) {
        // at a known place, or at any time: within a put, its confirmation, a line of the journal
        boolean anyTime = kill % 2 == 1;
        runAndKill(id, parentId, anyTime ? SnapshottingProcess.GOES_ON : 1 + random.nextInt(4));
        for (String name : confirmedNames(id)) {
          ObjectInfo now = store.head(LAYOUT.packKey(name)).orElseThrow();
          ObjectInfo first = confirmed.putIfAbsent(name, now);
          assertThat(first == null || first.equals(now)).as(name).isTrue();
        }
      }
      assertThat(confirmed).hasSizeGreaterThanOrEqualTo(kills / 2);

      SnapshotSource after = SnapshotSource.scan(Map.of("data", source), path -> true);
      SnapshotRequest request =
          new SnapshotRequest(
              TestBackups.header(id, parentId, 16_384),
              after,
              ReadInspection.NONE,
              new SnapshotParent(parent, Set.of()));
      SnapshotResult result =
          writer.write(request.withJobFolder(temp.resolve("job")), JobMonitor.SILENT);
      SnapshotResult clean = writer.write(cleanly(request, TestBackups.id(3)), JobMonitor.SILENT);

      // all that was confirmed is used, where and as it was put first, and nothing is there twice
      for (ObjectInfo pack : confirmed.values()) {
        assertThat(store.head(pack.key())).contains(pack);
      }
      Set<String> own = new HashSet<>(namesOf(result.manifest()));
      own.removeAll(namesOf(parent));
      assertThat(own).containsAll(confirmed.keySet()).isEqualTo(packsOf(store, id));
      assertThat(result.manifest().storedBytes()).isEqualTo(clean.manifest().storedBytes());
      assertThat(result.bytesResumed())
          .isEqualTo(confirmed.values().stream().mapToLong(ObjectInfo::sizeBytes).sum());
      restore(store, id, keys);
      SampleFolder.assertSame(temp.resolve("target"), source);
    }
  }

  private static SnapshotRequest cleanly(SnapshotRequest request, BackupId id) {
    BackupId parent = request.header().parent();
    return new SnapshotRequest(
        TestBackups.header(id, parent, 16_384),
        request.source(),
        ReadInspection.NONE,
        request.parent());
  }

  private void restore(ObjectStore store, BackupId id, MasterKeys keys) {
    RestoreJob job =
        new RestoreJob(
            TestBackups.SHARD, id, Map.of("data", temp.resolve("target")), temp.resolve("restore"));
    new Restore(store, RestoreOptions.defaults(), keys).run(job, JobMonitor.SILENT);
  }

  private void runAndKill(BackupId id, BackupId parent, int puts) throws InterruptedException {
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx256m",
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            SnapshottingProcess.class.getName(),
            S3.front().endpoint().toString(),
            S3.bucket(),
            prefix,
            S3.front().accessKey(),
            id.toString(),
            parent.toString(),
            temp.resolve("source").toString(),
            temp.resolve("job").toString(),
            Integer.toString(puts));
    Path log = temp.resolve("snapshotting.log");
    Map<String, String> environment =
        Map.of("TEST_SECRET", S3.front().secretKey(), "TEST_MASTER_KEYS", KEYS);
    Launch launch = new Launch("snapshotting", command, environment, log);
    try (OsProcess process = OsProcess.start(launch)) {
      if (puts == SnapshottingProcess.GOES_ON) {
        process.awaitLogLine(SnapshottingProcess.GOING, Duration.ofSeconds(60));
        int millis = new Random().nextInt(1_500);
        assertThat(new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS)).isFalse();
      } else {
        process.awaitLogLine(SnapshottingProcess.PARKED, Duration.ofSeconds(60));
      }
      process.kill();
    }
  }

  private Set<String> confirmedNames(BackupId id) throws IOException {
    Set<String> names = new HashSet<>();
    Path file = temp.resolve("job/snapshot.journal");
    try (SnapshotJournal journal = SnapshotJournal.reopen(file, id).orElseThrow()) {
      journal.earlier().packs().forEach(pack -> names.add(pack.entry().name()));
    }
    return names;
  }

  private static Set<String> packsOf(ObjectStore store, BackupId id) {
    Set<String> names = new HashSet<>();
    store.list(
        LAYOUT.packsPrefix() + id,
        info -> names.add(info.key().substring(LAYOUT.shardPrefix().length())));
    return names;
  }

  private static Set<String> namesOf(Manifest manifest) {
    Set<String> names = new HashSet<>();
    manifest.packs().stream().map(PackEntry::name).forEach(names::add);
    return names;
  }
}

package io.reseed.validator.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.backup.JobMonitor;
import io.reseed.backup.catalogue.Catalogue;
import io.reseed.backup.catalogue.ListedBackup;
import io.reseed.backup.encryption.LocalMasterKeys;
import io.reseed.backup.format.Manifest;
import io.reseed.backup.format.PackEntry;
import io.reseed.backup.format.RepositoryLayout;
import io.reseed.backup.format.Verdict;
import io.reseed.backup.restore.Restore;
import io.reseed.backup.restore.RestoreJob;
import io.reseed.backup.restore.RestoreOptions;
import io.reseed.events.BackupCreated;
import io.reseed.events.ProofAssigned.Goal;
import io.reseed.events.SeedingFailed;
import io.reseed.events.SeedingOrigin;
import io.reseed.events.SeedingStage;
import io.reseed.events.ServerChecked;
import io.reseed.events.Topic;
import io.reseed.events.check.CheckResult.Outcome;
import io.reseed.fleet.BackupId;
import io.reseed.fleet.FailureClass;
import io.reseed.mysql.MysqlSession;
import io.reseed.mysql.gtid.GtidSet;
import io.reseed.mysql.replication.Replication;
import io.reseed.mysql.server.LocalServer;
import io.reseed.mysql.server.RestoredRoots;
import io.reseed.mysql.server.ServerSpec;
import io.reseed.testkit.KafkaExtension;
import io.reseed.testkit.S3Extension;
import io.reseed.validator.proof.ProofStage.Site;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Backups of one shard, each made of the one before, all encrypted. */
@Tag("slow")
class IncrementalProofTest {
  @RegisterExtension static final KafkaExtension KAFKA = KafkaExtension.shared();
  @RegisterExtension static final S3Extension S3 = S3Extension.shared();

  /** Eight times what the function can give at once. */
  private static final String BYTES =
      "CONCAT(" + String.join(",", Collections.nCopies(8, "RANDOM_BYTES(1000)")) + ")";

  private static Site site;

  private ProofStage stage;
  private Path keys;

  @BeforeAll
  static void startServers() {
    site = new Site();
    site.primary()
        .execute("CREATE TABLE fleet.bulk (id INT AUTO_INCREMENT PRIMARY KEY, b BLOB NOT NULL)");
    site.primary()
        .execute(
            "INSERT INTO fleet.bulk (b) WITH RECURSIVE n AS (SELECT 1 i UNION ALL SELECT i + 1"
                + " FROM n WHERE i < 1000) SELECT "
                + BYTES
                + " FROM n");
  }

  @AfterAll
  static void stopServers() {
    site.close();
  }

  @BeforeEach
  void prepare(TestInfo test) throws IOException {
    stage = new ProofStage(site, KAFKA, S3, test.getTestMethod().orElseThrow().getName());
    keys =
        Files.createFile(
            stage.state().resolve("master-keys"),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(keys, "of-test AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n");
    stage.settings().with("reseed.store.master-keys-file", keys.toString());
  }

  @AfterEach
  void close() {
    stage.close();
  }

  /** All encrypted, and a host without the key makes no plain one between them. */
  @Test
  void onlyWhatChangedIsSentUnlessThePriorIsCondemned() throws InterruptedException {
    var _ = stage.dedicated("first");
    BackupCreated first =
        snapshot("first", new SeedingOrigin.Donor(ProofStage.address(site.replica())));
    assertThat(manifest(first).header().keyId()).isNotNull();
    assertThat(packsOf(first)).allMatch(pack -> isOf(pack, first));
    assertNoPlainBackupIsMadeWithoutTheKey();

    BackupCreated second = next("second", first);
    assertThat(second.bytesUploaded()).isLessThan(second.bytesStored() / 2);
    assertThat(packsOf(second)).anyMatch(pack -> isOf(pack, first)).anyMatch(p -> isOf(p, second));

    condemn(second);
    BackupCreated third = next("third", second);
    assertThat(packsOf(third))
        .as("nothing of a condemned backup is built on")
        .allMatch(pack -> isOf(pack, third));
  }

  private void assertNoPlainBackupIsMadeWithoutTheKey() throws InterruptedException {
    SeedingOrigin donor = new SeedingOrigin.Donor(ProofStage.address(site.replica()));
    List<BackupId> before = stage.listed().stream().map(ListedBackup::id).toList();
    stage.settings().without("reseed.store.master-keys-file");
    var _ = stage.dedicated("open");
    try (var _ = stage.start()) {
      var _ = stage.assign("open", Goal.CHECK, donor);
      var _ = checked("open", SeedingStage.CHECK);
      var _ = stage.assign("open", Goal.SNAPSHOT, donor);
      SeedingFailed failed = stage.hearFailed();
      assertThat(failed.failure().code()).isEqualTo("KEY_UNKNOWN");
      assertThat(failed.failure().failureClass()).isEqualTo(FailureClass.OPERATOR_MUST_ACT);
      stage.talk().endProof("open");
      Awaitility.await()
          .atMost(ProofStage.PATIENCE)
          .until(() -> !Files.exists(stage.jobFile("open")));
    }
    stage.settings().with("reseed.store.master-keys-file", keys.toString());
    assertThat(stage.listed()).extracting(ListedBackup::id).isEqualTo(before);
  }

  /** A server of the prior, with something written since, is backed up and read back. */
  private BackupCreated next(String seeding, BackupCreated prior) throws InterruptedException {
    LocalServer server = restored(seeding, prior);
    try {
      site.primary().execute("UPDATE fleet.bulk SET b = " + BYTES + " WHERE id % 100 = 0");
      follow(server);
      return snapshot(seeding, new SeedingOrigin.Backup(prior.backup()));
    } finally {
      server.destroy();
    }
  }

  private BackupCreated snapshot(String seeding, SeedingOrigin origin) throws InterruptedException {
    try (var _ = stage.start()) {
      var _ = stage.assign(seeding, Goal.CHECK, origin);
      var _ = checked(seeding, SeedingStage.CHECK);
      var _ = stage.assign(seeding, Goal.SNAPSHOT, origin);
      BackupCreated created =
          stage
              .talk()
              .hear(Topic.BACKUP_CREATED, BackupCreated.class, b -> b.seeding().equals(seeding));
      var _ = stage.assign(seeding, Goal.READ_BACK, origin);
      ServerChecked back = checked(seeding, SeedingStage.READ_BACK);
      assertThat(back.checks()).allMatch(check -> check.outcome() == Outcome.HELD);
      stage.talk().endProof(seeding);
      Awaitility.await()
          .atMost(ProofStage.PATIENCE)
          .until(() -> !Files.exists(stage.jobFile(seeding)));
      return created;
    }
  }

  private ServerChecked checked(String seeding, SeedingStage at) {
    return stage
        .talk()
        .hear(
            Topic.SERVER_CHECKED,
            ServerChecked.class,
            event -> event.stage() == at && event.seeding().equals(seeding));
  }

  /** As the host's restore-service makes it. */
  private LocalServer restored(String seeding, BackupCreated from) {
    Manifest manifest = manifest(from);
    Path folder = site.host().resolve("servers").resolve(seeding + ".1");
    ServerSpec bare =
        ServerSpec.of(folder, site.fleet().nextAddress(), from.backup().hashCode() & 0xFFFF, 64)
            .withFenced(true);
    LocalServer server = LocalServer.create(bare, site.fleet().tree());
    RestoredRoots roots = RestoredRoots.around(server.dataDirectory(), manifest.roots(), Map.of());
    Map<String, String> settings = new HashMap<>(manifest.header().settings());
    settings.putAll(roots.settings());
    settings.putAll(site.fleet().tlsOptions());
    server = LocalServer.create(bare.withSettings(settings), site.fleet().tree());
    new Restore(stage.store(), RestoreOptions.defaults(), LocalMasterKeys.read(keys))
        .run(
            new RestoreJob(
                ProofStage.SHARD,
                new BackupId(from.backup()),
                roots.folders(),
                stage.state().resolve("restore-" + seeding)),
            JobMonitor.SILENT);
    server.start(ProofStage.PATIENCE);
    return server;
  }

  private static void follow(LocalServer server) {
    GtidSet wanted = site.primary().gtidExecuted();
    try (MysqlSession session = server.open(site.fleet().accounts().admin())) {
      var _ =
          Replication.attach(
              session, site.replica().address(), site.fleet().accounts().replicator());
      Awaitility.await()
          .atMost(ProofStage.PATIENCE)
          .until(() -> session.gtidExecuted().contains(wanted));
    }
  }

  private void condemn(BackupCreated backup) {
    new Catalogue(stage.store())
        .record(
            ProofStage.SHARD,
            new BackupId(backup.backup()),
            new Verdict(Verdict.Outcome.UNHEALTHY, Instant.now(), "condemned by a test", Map.of()));
  }

  private Manifest manifest(BackupCreated backup) {
    return new Catalogue(stage.store()).manifest(ProofStage.SHARD, new BackupId(backup.backup()));
  }

  private List<String> packsOf(BackupCreated backup) {
    return manifest(backup).packs().stream().map(PackEntry::name).toList();
  }

  private static boolean isOf(String pack, BackupCreated backup) {
    return RepositoryLayout.isWrittenBy(pack, new BackupId(backup.backup()));
  }
}

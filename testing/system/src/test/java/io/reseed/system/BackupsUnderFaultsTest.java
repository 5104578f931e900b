package io.reseed.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.backup.catalogue.ListedBackup;
import io.reseed.backup.format.Verdict;
import io.reseed.events.BackupCreated;
import io.reseed.events.BackupRestored;
import io.reseed.events.BackupStatus;
import io.reseed.events.BackupStatus.Degree;
import io.reseed.events.BackupValidated;
import io.reseed.events.ReplicaCaughtUp;
import io.reseed.events.SeedingAssigned;
import io.reseed.events.SeedingFailed;
import io.reseed.events.SeedingOrigin;
import io.reseed.events.SeedingPurpose;
import io.reseed.events.SeedingStage;
import io.reseed.events.ShardStatus;
import io.reseed.events.ShardStatus.Condition;
import io.reseed.events.ValidationFailed;
import io.reseed.fleet.BackupId;
import io.reseed.fleet.Failure;
import io.reseed.fleet.FailureClass;
import io.reseed.fleet.FailureCode;
import io.reseed.fleet.ServerAddress;
import io.reseed.mysql.gtid.GtidSet;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * What lies between the backup pipeline and the rest: backups that are mended, replicas that are
 * made from bad backups, failovers in mid-cycle. Each test begins with what the one before left.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Tag("slow")
class BackupsUnderFaultsTest {
  private static Site site;
  private static LiveShard shard;
  private static BackupLine line;
  private static RepositoryTampering tampering;

  @BeforeAll
  static void start() {
    site = Site.start(SitePlan.ofBackups(0).withReplicasSoonLost());
    shard = site.newShard("-80");
    shard.write(20);
    line = new BackupLine(site, shard);
    tampering = new RepositoryTampering(line.repository());
    line.declare(1, 1);
    site.startServices(site.backupPipeline());
    line.awaitHealthy();
  }

  @AfterAll
  static void stop() {
    if (line != null) {
      line.close();
    }
    if (site != null) {
      site.close();
    }
  }

  /** So that one failure is not followed by others. */
  @AfterEach
  void mend() {
    site.mend();
  }

  @Test
  @Order(1)
  void aCondemnedBackupThatWasMendedIsRehabilitatedByAnExamination() {
    BackupId mended = line.awaitHealthy();
    byte[] manifest = tampering.manifest(mended);
    Instant since = Instant.now();
    tampering.flipBitInManifest(mended);
    assertThat(awaitCondemned(since, mended).failure().code()).isEqualTo("MANIFEST_CORRUPT");
    assertThat(line.awaitHealthy()).as("healed by a fresh cycle").isNotEqualTo(mended);

    tampering.putManifest(mended, manifest);
    assertThat(line.repository().verdict(mended)).contains(Verdict.Outcome.UNHEALTHY);
    line.examine(mended);
    BackupValidated validated =
        site.await(BackupValidated.class, since, one -> one.backup().equals(mended.text()));
    assertThat(validated.next()).as("an examination makes no backup").isNull();
    assertThat(line.repository().verdict(mended)).contains(Verdict.Outcome.VALIDATED);
    line.awaitHealthy();
    assertThat(line.degreeOf(mended)).contains(Degree.VALIDATED);
    site.assertNothingStray();
  }

  /** Whoever may write to Kafka can say that every backup is bad. */
  @Test
  @Order(2)
  void forgedFailuresCondemnNothing() {
    Instant asked = Instant.now();
    line.request();
    site.await(BackupCreated.class, asked, made -> made.shard().equals(shard.name()));
    line.awaitHealthy();
    Instant since = Instant.now();
    List<BackupId> backups = line.repository().list().stream().map(ListedBackup::id).toList();
    assertThat(backups).hasSizeGreaterThanOrEqualTo(3);
    for (BackupId backup : backups) {
      site.outsider().forge(forged(backup, SeedingPurpose.REPLICA));
      site.outsider().forge(forged(backup, SeedingPurpose.VALIDATION));
    }
    for (BackupId backup : backups) {
      site.await(BackupStatus.class, since, status -> suspects(status, backup));
      site.await(BackupValidated.class, since, one -> one.backup().equals(backup.text()));
      assertThat(line.repository().verdict(backup)).contains(Verdict.Outcome.VALIDATED);
    }
    line.awaitHealthy();
    assertThat(line.status().backups()).noneMatch(backup -> backup.suspected() != null);
    assertThat(site.feed().all(ValidationFailed.class))
        .filteredOn(failed -> failed.seeding() != null)
        .isEmpty();
    site.assertNothingStray();
  }

  private static SeedingFailed forged(BackupId backup, SeedingPurpose purpose) {
    return new SeedingFailed(
        shard.name(),
        "forged-of-" + backup,
        1,
        purpose,
        "spare-1",
        SeedingStage.CATCH_UP,
        Failure.of(FailureCode.APPLY_CONFLICT, "rows differ", "believe it"),
        backup.text());
  }

  private static boolean suspects(BackupStatus status, BackupId backup) {
    return status.backups().stream()
        .filter(one -> one.backup().equals(backup.text()))
        .anyMatch(one -> String.valueOf(one.suspected()).contains("APPLY_CONFLICT"));
  }

  @Test
  @Order(3)
  void aBackupThatFailsAReplicaIsExaminedAndCondemnedAndTheNextOneServesAtOnce() {
    BackupId newest = line.awaitHealthy();
    BackupId older = newestBefore(newest);
    tampering.flipBitInPack(newest);
    Instant since = Instant.now();
    shard.loseReplica();
    site.startServices(site.agents());

    SeedingFailed failed =
        site.await(SeedingFailed.class, since, one -> one.purpose() == SeedingPurpose.REPLICA);
    assertThat(failed.failure().code()).isEqualTo("PACK_CORRUPT");
    assertThat(failed.failure().failureClass()).isEqualTo(FailureClass.BAD_BACKUP);
    assertThat(failed.backup()).isEqualTo(newest.text());
    SeedingAssigned next =
        site.await(
            SeedingAssigned.class,
            since,
            one -> one.seeding().equals(failed.seeding()) && one.attempt() > failed.attempt());
    assertThat(next.origin()).isEqualTo(new SeedingOrigin.Backup(older.text()));
    ValidationFailed condemned = awaitCondemned(since, newest);
    assertThat(condemned.seeding())
        .as("by an examination, not by the replica's word")
        .isNotNull()
        .isNotEqualTo(failed.seeding());
    assertThat(condemned.failure().code()).isEqualTo("PACK_CORRUPT");
    assertThat(condemned.next()).isEqualTo(ValidationFailed.Next.FRESH_CYCLE);

    shard.assertRepaired(1);
    assertThat(line.awaitHealthy()).as("healed by a fresh cycle").isGreaterThan(newest);
    assertThat(line.repository().verdict(newest)).contains(Verdict.Outcome.UNHEALTHY);
    assertThat(line.degreeOf(newest)).contains(Degree.UNHEALTHY);
  }

  private static BackupId newestBefore(BackupId backup) {
    return line.repository().list().stream()
        .filter(ListedBackup.Usable.class::isInstance)
        .map(ListedBackup::id)
        .filter(id -> !id.equals(backup))
        .max(BackupId::compareTo)
        .orElseThrow();
  }

  private static ValidationFailed awaitCondemned(Instant since, BackupId backup) {
    ValidationFailed failed =
        site.await(ValidationFailed.class, since, one -> backup.text().equals(one.backup()));
    assertThat(failed.condemned()).isTrue();
    return failed;
  }

  @Test
  @Order(4)
  void aCycleInAFailoverCommitsNothingThatTheNewPrimaryLacks() {
    BackupId prior = line.awaitHealthy();
    Instant since = Instant.now();
    line.request();
    BackupRestored restored = line.awaitRestored(since);
    SeedingAssigned assigned = line.awaitMaking(since);
    ServerAddress dedicated = restored.server();
    site.whileFrozen(
        site.validators(),
        () -> {
          site.await(ReplicaCaughtUp.class, since, one -> one.seeding().equals(restored.seeding()));
          shard.failOverWithLoss(assigned.source(), dedicated);
          awaitPrimary(since);
        });

    SeedingFailed failed =
        site.await(SeedingFailed.class, since, one -> one.seeding().equals(restored.seeding()));
    assertThat(failed.failure().failureClass())
        .as(failed.failure().message())
        .isEqualTo(FailureClass.TRANSIENT);
    BackupCreated made =
        site.await(BackupCreated.class, since, one -> one.seeding().equals(failed.seeding()));
    assertThat(made.attempt()).isGreaterThan(failed.attempt());
    assertThat(line.awaitHealthy().text()).isEqualTo(made.backup());
    assertThat(line.repository().verdict(prior)).contains(Verdict.Outcome.VALIDATED);
    GtidSet primary = shard.gtidExecuted();
    for (ListedBackup backup : line.repository().list()) {
      GtidSet executed = line.repository().manifest(backup.id()).header().gtidExecuted();
      assertThat(executed.subtract(primary).isEmpty()).as("%s is a subset", backup.id()).isTrue();
    }
    site.assertNothingStray();
  }

  private static void awaitPrimary(Instant since) {
    site.await(
        ShardStatus.class,
        since,
        status ->
            status.condition() != Condition.WHOLE
                && Objects.equals(String.valueOf(status.primary()), shard.primary().toString()));
  }
}

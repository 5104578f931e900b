package io.reseed.cli;

import io.reseed.events.BackupCreated;
import io.reseed.events.BackupRestored;
import io.reseed.events.BackupStatus;
import io.reseed.events.BackupValidated;
import io.reseed.events.CycleKind;
import io.reseed.events.Evidence;
import io.reseed.events.SeedingAssigned;
import io.reseed.events.SeedingFailed;
import io.reseed.events.SeedingOrigin;
import io.reseed.events.SeedingProgress;
import io.reseed.events.SeedingPurpose;
import io.reseed.events.SeedingStage;
import io.reseed.events.ServerChecked;
import io.reseed.events.StageTime;
import io.reseed.events.ValidationFailed;
import io.reseed.events.ValidationRequested;
import io.reseed.events.check.CheckResult;
import io.reseed.events.check.Unproven;
import io.reseed.fleet.Failure;
import io.reseed.fleet.FailureClass;
import io.reseed.fleet.ServerAddress;
import io.reseed.fleet.ShardName;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the services say in the course of one shard's cycles. */
public record Cycles(ShardName shard) {
  static final Instant CREATED_AT = Instant.parse("2026-11-20T02:00:00Z");

  private static final String HOST = "backup1";
  private static final ServerAddress SOURCE = ServerAddress.parse("db3:3306");
  private static final Failure DIFFERS =
      new Failure(
          "CONTENT_DIFFERS",
          FailureClass.BAD_BACKUP,
          "backup b-1: shop.orders differs from db3:3306",
          "find out what changed its bytes");

  static final Evidence EVIDENCE =
      new Evidence(
          HOST,
          SOURCE,
          536_870_912,
          812,
          List.of(
              CheckResult.of("gtid-set", CheckResult.Outcome.HELD, "equal", 12),
              new CheckResult(
                  "contents",
                  CheckResult.Outcome.SKIPPED,
                  "no healthy replica",
                  0,
                  List.of(
                      new Unproven("rows of all tables", "no healthy replica"),
                      new Unproven("values of 3 virtual columns", "not stored"),
                      new Unproven("persisted settings", "no backup has any")))),
          List.of(
              new StageTime(SeedingStage.RESTORE, 8_123),
              new StageTime(SeedingStage.CATCH_UP, 15_000)));

  ValidationRequested begun(String seeding, CycleKind kind, @Nullable String backup) {
    return new ValidationRequested(shard, seeding, kind, backup, "asked for");
  }

  SeedingProgress progress(String seeding, SeedingStage stage, long done) {
    return new SeedingProgress(
        shard,
        seeding,
        1,
        SeedingPurpose.VALIDATION,
        HOST,
        stage,
        SeedingProgress.Unit.BYTES,
        done,
        100,
        5,
        null);
  }

  BackupRestored restored(String seeding) {
    return new BackupRestored(
        shard,
        seeding,
        1,
        SeedingPurpose.VALIDATION,
        HOST,
        ServerAddress.parse("10.0.0.9:3306"),
        "3e11fa47-71ca-11e1-9e33-c80aa9429562",
        new SeedingOrigin.Backup("b-1"),
        "",
        100,
        100,
        8_123);
  }

  ServerChecked checked(String seeding, SeedingStage stage) {
    return new ServerChecked(shard, seeding, 1, HOST, stage, "b-1", 0, EVIDENCE.checks(), 4_200);
  }

  BackupCreated created(String seeding) {
    return new BackupCreated(
        shard,
        "b-2",
        seeding,
        1,
        "",
        "9.7.0",
        536_870_912,
        214_748_364,
        10_485_760,
        "b-1",
        List.of(),
        CREATED_AT,
        9_000);
  }

  BackupValidated validated(String seeding, @Nullable String next) {
    return new BackupValidated(shard, "b-1", CREATED_AT, seeding, EVIDENCE, next);
  }

  ValidationFailed failed(@Nullable String seeding, boolean condemned) {
    return new ValidationFailed(
        shard,
        seeding,
        "b-1",
        condemned,
        SeedingStage.CHECK,
        DIFFERS,
        condemned ? ValidationFailed.Next.FRESH_CYCLE : ValidationFailed.Next.LATER_CYCLE);
  }

  SeedingFailed attemptFailed(String seeding) {
    return new SeedingFailed(
        shard, seeding, 1, SeedingPurpose.VALIDATION, HOST, SeedingStage.CHECK, DIFFERS, null);
  }

  SeedingAssigned assigned(String seeding, int attempt) {
    return new SeedingAssigned(
        shard,
        seeding,
        attempt,
        SeedingPurpose.VALIDATION,
        SeedingAssigned.Goal.MAKE,
        HOST,
        SOURCE,
        SOURCE,
        new SeedingOrigin.Donor(SOURCE),
        null);
  }

  /** Of a pipeline that waits, between two attempts. */
  BackupStatus waiting(String headline) {
    return new BackupStatus(shard, headline, DIFFERS, true, null, null, List.of(), Instant.now());
  }

  BackupStatus status(String headline, BackupStatus.Degree degree, @Nullable Failure failure) {
    boolean proven =
        degree == BackupStatus.Degree.VALIDATED || degree == BackupStatus.Degree.RESTORABLE;
    return new BackupStatus(
        shard,
        headline,
        failure,
        proven,
        new BackupStatus.Cycle("v-9", 2, HOST, SeedingStage.CHECK, CycleKind.REGULAR, "b-1"),
        Instant.now().plusSeconds(3 * 3_600),
        List.of(
            new BackupStatus.Backup(
                "b-1",
                degree,
                "",
                536_870_912,
                214_748_364,
                Instant.now().minusSeconds(2 * 86_400),
                "proven by v-8",
                proven ? EVIDENCE : null,
                null,
                null)),
        Instant.now());
  }
}

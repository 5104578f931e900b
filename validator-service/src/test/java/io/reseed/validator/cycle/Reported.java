package io.reseed.validator.cycle;

import io.reseed.events.BackupCreated;
import io.reseed.events.BackupRestored;
import io.reseed.events.ReplicaCaughtUp;
import io.reseed.events.SeedingOrigin;
import io.reseed.events.SeedingPurpose;
import io.reseed.events.SeedingStage;
import io.reseed.events.ServerChecked;
import io.reseed.events.check.CheckResult;
import io.reseed.fleet.ServerAddress;
import java.time.Instant;
import java.util.List;

/** What the services that work on an attempt report of it. */
final class Reported {
  private static final ServerAddress SERVER = ServerAddress.parse("10.0.1.1:3306");

  private Reported() {}

  /** Which attempt. */
  record Attempt(String seeding, int attempt) {}

  static BackupRestored restored(String seeding, int attempt, SeedingOrigin origin) {
    return new BackupRestored(
        Story.SHARD,
        seeding,
        attempt,
        SeedingPurpose.VALIDATION,
        "backup-1",
        SERVER,
        "uuid",
        origin,
        Story.GTIDS,
        500,
        1_000,
        20);
  }

  static ReplicaCaughtUp caughtUp(String seeding, int attempt) {
    return new ReplicaCaughtUp(
        Story.SHARD,
        seeding,
        attempt,
        SeedingPurpose.VALIDATION,
        "backup-1",
        SERVER,
        "uuid",
        Story.REPLICA_A,
        Story.GTIDS,
        7,
        0,
        30,
        null);
  }

  static ServerChecked checked(String seeding, int attempt, SeedingStage stage) {
    boolean readBack = stage == SeedingStage.READ_BACK;
    return new ServerChecked(
        Story.SHARD,
        seeding,
        attempt,
        "backup-1",
        stage,
        null,
        readBack ? 1_000 : 0,
        List.of(held(readBack ? "tables-open" : "check-table")),
        40);
  }

  static BackupCreated created(Attempt attempt, String backup, Instant now) {
    return new BackupCreated(
        Story.SHARD,
        backup,
        attempt.seeding(),
        attempt.attempt(),
        Story.GTIDS,
        "9.7.4",
        1_000,
        500,
        500,
        null,
        List.of(held("pages")),
        now,
        10);
  }

  private static CheckResult held(String name) {
    return CheckResult.of(name, CheckResult.Outcome.HELD, "12 tables, all right", 5);
  }
}

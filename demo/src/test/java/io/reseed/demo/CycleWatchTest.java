package io.reseed.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.events.BackupCreated;
import io.reseed.events.BackupRestored;
import io.reseed.events.BackupStatus;
import io.reseed.events.BackupStatus.Degree;
import io.reseed.events.BackupValidated;
import io.reseed.events.Event;
import io.reseed.events.Evidence;
import io.reseed.events.ProofAssigned;
import io.reseed.events.ReplicaCaughtUp;
import io.reseed.events.SeedingAssigned;
import io.reseed.events.SeedingOrigin;
import io.reseed.events.SeedingPurpose;
import io.reseed.events.SeedingStage;
import io.reseed.events.ServerChecked;
import io.reseed.events.StageTime;
import io.reseed.events.ValidationFailed;
import io.reseed.events.check.CheckPlan;
import io.reseed.events.check.CheckResult;
import io.reseed.events.check.CheckResult.Outcome;
import io.reseed.fleet.Failure;
import io.reseed.fleet.FailureClass;
import io.reseed.fleet.ServerAddress;
import io.reseed.fleet.ShardName;
import io.reseed.installation.EventFeed.Seen;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Topics are read side by side, so events of one cycle may come in nearly any order. */
class CycleWatchTest {
  private static final Instant NOW = Instant.parse("2026-11-25T03:00:00Z");
  private static final ShardName SHARD = ShardName.parse("commerce/80-");
  private static final ServerAddress PRIMARY = ServerAddress.parse("127.0.0.10:3306");
  private static final ServerAddress REPLICA = ServerAddress.parse("127.0.0.11:3306");
  private static final ServerAddress MADE = ServerAddress.parse("127.0.0.12:3310");
  private static final SeedingOrigin PRIOR = new SeedingOrigin.Backup("b-1");
  private static final SeedingOrigin DONOR = new SeedingOrigin.Donor(REPLICA);
  private static final List<CheckResult> CHECKS =
      List.of(
          CheckResult.of("check-table", Outcome.HELD, "3 tables", 1_500),
          CheckResult.of("contents", Outcome.SKIPPED, "no healthy replica", 0));

  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  private final CycleWatch watch =
      new CycleWatch(
          new Screen(new PrintStream(written, true, StandardCharsets.UTF_8), false, false),
          SHARD,
          List.of("cycle-0"));

  @Test
  void aRegularCycleIsDoneOnceTheOldIsValidatedAndTheNewRestorable() throws InterruptedException {
    hear(assigned("cycle-1", 1, PRIOR), restored("cycle-1", 1, PRIOR), caughtUp("cycle-1", 1));
    hear(proof("cycle-1", ProofAssigned.Goal.CHECK), checked("cycle-1", SeedingStage.CHECK));
    hear(proof("cycle-1", ProofAssigned.Goal.SNAPSHOT), created("cycle-1", 1, "b-2"));
    hear(proof("cycle-1", ProofAssigned.Goal.SNAPSHOT)); // again, with another source
    hear(proof("cycle-1", ProofAssigned.Goal.READ_BACK));
    hear(checked("cycle-1", SeedingStage.READ_BACK), status("b-2", Degree.RESTORABLE));
    assertThat(watch.awaitProof(Duration.ZERO)).isFalse();
    hear(validated("cycle-1"));
    assertThat(watch.awaitProof(Duration.ZERO)).isTrue();
    Cycle cycle = watch.proving().orElseThrow();
    assertThat(cycle.prior()).contains("b-1");
    assertThat(cycle.isFresh()).isFalse();
    assertThat(cycle.took(SeedingStage.RESTORE)).contains(Duration.ofSeconds(5));
    assertThat(cycle.took(SeedingStage.SNAPSHOT)).contains(Duration.ofSeconds(4));
    assertThat(cycle.inChecks()).isEqualTo(Duration.ofSeconds(3));
    assertThat(text())
        .contains("backup b-1 is VALIDATED", "12 transactions replayed from " + REPLICA)
        .contains("gtid-set", "restore 5.0, catch-up 2.0", "backup b-2 is RESTORABLE")
        .contains("contents (skipped)")
        .containsOnlyOnce("stopping it cleanly for the snapshot");
  }

  @Test
  void inWhateverOrderItIsHeardItIsDoneInTheEnd() throws InterruptedException {
    List<Event> events =
        new ArrayList<>(
            List.of(
                assigned("cycle-1", 1, PRIOR),
                restored("cycle-1", 1, PRIOR),
                caughtUp("cycle-1", 1),
                proof("cycle-1", ProofAssigned.Goal.CHECK),
                proof("cycle-1", ProofAssigned.Goal.SNAPSHOT),
                checked("cycle-1", SeedingStage.CHECK),
                created("cycle-1", 1, "b-2"),
                checked("cycle-1", SeedingStage.READ_BACK),
                validated("cycle-1"),
                status("b-2", Degree.RESTORABLE)));
    for (int seed = 0; seed < 50; seed++) {
      Collections.shuffle(events, new Random(seed));
      CycleWatch another =
          new CycleWatch(
              new Screen(new PrintStream(written, true, StandardCharsets.UTF_8), false, false),
              SHARD,
              List.of());
      events.forEach(event -> another.accept(new Seen(event, NOW)));
      assertThat(another.awaitProof(Duration.ZERO)).as("%s", events).isTrue();
      assertThat(another.proving().orElseThrow().caughtUp()).isPresent();
    }
  }

  @Test
  void aFreshCycleAfterAFailedOneIsWhatProves() throws InterruptedException {
    hear(assigned("cycle-1", 1, PRIOR), failed("cycle-1", "b-1"));
    hear(assigned("cycle-2", 1, DONOR), restored("cycle-2", 1, DONOR), caughtUp("cycle-2", 1));
    hear(checked("cycle-2", SeedingStage.CHECK), created("cycle-2", 1, "b-3"));
    hear(status("b-3", Degree.CREATED));
    assertThat(watch.awaitProof(Duration.ZERO)).isFalse();
    hear(status("b-3", Degree.RESTORABLE));
    assertThat(watch.awaitProof(Duration.ZERO)).isTrue();
    assertThat(watch.proving().orElseThrow().seeding()).isEqualTo("cycle-2");
    assertThat(watch.proving().orElseThrow().isFresh()).isTrue();
    assertThat(watch.failure()).get().extracting(ValidationFailed::backup).isEqualTo("b-1");
    assertThat(watch.cycles().getFirst().failure()).isPresent();
    assertThat(text()).contains("validation-failed: PACK_CORRUPT, backup b-1 is condemned");
  }

  @Test
  void whatIsLeftOfFormerCyclesDoesNotCount() throws InterruptedException {
    hear(assigned("cycle-0", 1, DONOR), created("cycle-0", 1, "b-1"));
    hear(failed("cycle-0", "b-1"), status("b-1", Degree.RESTORABLE));
    assertThat(watch.awaitProof(Duration.ZERO)).isFalse();
    assertThat(watch.cycles()).isEmpty();
    assertThat(watch.failure()).isEmpty();
    assertThat(text()).isEmpty();
  }

  @Test
  void whatAFormerAttemptMadeDoesNotCount() throws InterruptedException {
    hear(assigned("cycle-1", 1, DONOR), restored("cycle-1", 1, DONOR), caughtUp("cycle-1", 1));
    hear(assigned("cycle-1", 2, DONOR), created("cycle-1", 1, "b-2"));
    hear(status("b-2", Degree.RESTORABLE));
    assertThat(watch.awaitProof(Duration.ZERO)).isFalse();
    assertThat(watch.cycles().getFirst().took(SeedingStage.RESTORE)).isEmpty();
    assertThat(text()).contains("attempt 2");
  }

  @Test
  void otherShardsAndReplicasInTheMakingAreNotItsBusiness() {
    watch.accept(
        new Seen(
            new SeedingAssigned(
                SHARD,
                "replica-1",
                1,
                SeedingPurpose.REPLICA,
                SeedingAssigned.Goal.MAKE,
                "spare-1",
                PRIMARY,
                PRIMARY,
                PRIOR,
                null),
            NOW));
    assertThat(watch.cycles()).isEmpty();
    assertThat(text()).isEmpty();
  }

  private String text() {
    return written.toString(StandardCharsets.UTF_8);
  }

  private void hear(Event... events) {
    Arrays.stream(events).forEach(event -> watch.accept(new Seen(event, NOW)));
  }

  private static SeedingAssigned assigned(String seeding, int attempt, SeedingOrigin origin) {
    return new SeedingAssigned(
        SHARD,
        seeding,
        attempt,
        SeedingPurpose.VALIDATION,
        SeedingAssigned.Goal.MAKE,
        "backup-1",
        PRIMARY,
        REPLICA,
        origin,
        null);
  }

  private static ProofAssigned proof(String seeding, ProofAssigned.Goal goal) {
    return new ProofAssigned(
        SHARD, seeding, 1, goal, "backup-1", PRIMARY, REPLICA, PRIOR, CheckPlan.ALL_TABLES, null);
  }

  private static BackupRestored restored(String seeding, int attempt, SeedingOrigin origin) {
    return new BackupRestored(
        SHARD,
        seeding,
        attempt,
        SeedingPurpose.VALIDATION,
        "backup-1",
        MADE,
        "uuid",
        origin,
        "",
        10,
        20,
        5_000);
  }

  private static ReplicaCaughtUp caughtUp(String seeding, int attempt) {
    return new ReplicaCaughtUp(
        SHARD,
        seeding,
        attempt,
        SeedingPurpose.VALIDATION,
        "backup-1",
        MADE,
        "uuid",
        REPLICA,
        "",
        12,
        0,
        2_000,
        null);
  }

  private static ServerChecked checked(String seeding, SeedingStage stage) {
    return new ServerChecked(SHARD, seeding, 1, "backup-1", stage, "b-1", 0, CHECKS, 3_000);
  }

  private static BackupCreated created(String seeding, int attempt, String backup) {
    return new BackupCreated(
        SHARD, backup, seeding, attempt, "", "9.7.4", 30, 20, 20, null, List.of(), NOW, 4_000);
  }

  private static BackupValidated validated(String seeding) {
    return new BackupValidated(
        SHARD,
        "b-1",
        NOW,
        seeding,
        new Evidence(
            "backup-1",
            REPLICA,
            20,
            12,
            List.of(CheckResult.of("gtid-set", Outcome.HELD, "equal", 20)),
            List.of(
                new StageTime(SeedingStage.RESTORE, 5_000),
                new StageTime(SeedingStage.CATCH_UP, 2_000))),
        "b-2");
  }

  private static ValidationFailed failed(String seeding, String backup) {
    return new ValidationFailed(
        SHARD,
        seeding,
        backup,
        true,
        SeedingStage.RESTORE,
        new Failure("PACK_CORRUPT", FailureClass.BAD_BACKUP, "a bit is wrong", "look at the disk"),
        ValidationFailed.Next.FRESH_CYCLE);
  }

  private static BackupStatus status(String backup, Degree degree) {
    return new BackupStatus(
        SHARD,
        "all is well",
        null,
        degree != Degree.CREATED,
        null,
        null,
        List.of(new BackupStatus.Backup(backup, degree, "", 30, 20, NOW, null, null, null, null)),
        NOW);
  }
}

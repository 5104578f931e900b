package io.reseed.validator.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.agent.JobFiles;
import io.reseed.agent.JobId;
import io.reseed.events.BackupCreated;
import io.reseed.events.Event;
import io.reseed.events.ProofAssigned;
import io.reseed.events.ProofAssigned.Goal;
import io.reseed.events.SeedingFailed;
import io.reseed.events.SeedingOrigin;
import io.reseed.events.SeedingStage;
import io.reseed.events.ServerChecked;
import io.reseed.events.check.CheckPlan;
import io.reseed.fleet.Failure;
import io.reseed.fleet.FailureClass;
import io.reseed.validator.cycle.Story;
import io.reseed.validator.proof.ProofJob.Begun;
import io.reseed.validator.proof.ProofJob.Checked;
import io.reseed.validator.proof.ProofJob.Committed;
import io.reseed.validator.proof.ProofJob.Noted;
import io.reseed.validator.proof.ProofJob.Position;
import io.reseed.validator.proof.ProofJob.ReadBack;
import io.reseed.validator.proof.ProofJob.State;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What each goal waits for and reports, and that a job file keeps every state. */
class ProofGoalTest {
  private static final String BACKUP = "20261121T021500Z-k3v9q0ax";
  private static final Instant NOW = Instant.parse("2026-11-21T02:15:00Z");
  private static final Failure FAILURE =
      new Failure("ODD", FailureClass.TRANSIENT, "why", "do this");

  private static final Begun BEGUN = new Begun();
  private static final Checked CHECKED = BEGUN.checked(report(SeedingStage.CHECK));
  private static final Noted NOTED =
      CHECKED.noted(
          NOW,
          new Position(
              Story.GTIDS,
              "",
              "3e11fa47-71ca-11e1-9e33-c80aa9429562",
              "9.7.4",
              Map.of(),
              Map.of("data", Path.of("/s/data")),
              Map.of(),
              List.of(),
              List.of()));
  private static final Committed COMMITTED =
      NOTED.committed(
          new BackupCreated(
              Story.SHARD, BACKUP, "s", 1, Story.GTIDS, "9.7.4", 1, 1, 1, null, List.of(), NOW, 1));
  private static final ReadBack READ_BACK = COMMITTED.readBack(report(SeedingStage.READ_BACK));

  private static ServerChecked report(SeedingStage stage) {
    return new ServerChecked(Story.SHARD, "s", 1, "h", stage, null, 0, List.of(), 1);
  }

  private static ProofAssigned assigned(Goal goal) {
    return new ProofAssigned(
        Story.SHARD,
        "s",
        1,
        goal,
        "h",
        Story.PRIMARY,
        Story.REPLICA_A,
        new SeedingOrigin.Backup("prior"),
        CheckPlan.ALL_TABLES,
        null);
  }

  private static Optional<Event> report(Goal goal, State state) {
    return ProofGoal.report(job(state), assigned(goal));
  }

  private static ProofJob job(State state) {
    return new ProofJob(new JobId("s", 1), BACKUP, NOW, state);
  }

  @Test
  void worksUpToTheStateThatAGoalAsksForAndNoFurther() {
    List<State> way = List.of(BEGUN, CHECKED, NOTED, COMMITTED, READ_BACK);
    assertThat(way.stream().map(state -> ProofGoal.isReached(Goal.CHECK, state)))
        .containsExactly(false, true, true, true, true);
    assertThat(way.stream().map(state -> ProofGoal.isReached(Goal.SNAPSHOT, state)))
        .containsExactly(false, false, false, true, true);
    assertThat(way.stream().map(state -> ProofGoal.isReached(Goal.READ_BACK, state)))
        .containsExactly(false, false, false, false, true);
  }

  @Test
  void reportsEachGoalOnceItIsReachedAndNothingOfAGoalThatLiesBehind() {
    assertThat(report(Goal.CHECK, CHECKED)).hasValue(CHECKED.report());
    assertThat(report(Goal.SNAPSHOT, COMMITTED)).hasValue(COMMITTED.announcement());
    assertThat(report(Goal.READ_BACK, READ_BACK)).hasValue(READ_BACK.report());
    assertThat(report(Goal.CHECK, COMMITTED)).isEmpty();
    assertThat(report(Goal.SNAPSHOT, READ_BACK)).isEmpty();
  }

  @Test
  void saysOfWhichBackupAFailureTells() {
    for (Goal goal : Goal.values()) {
      State failed = BEGUN.failed(goal.stage(), FAILURE);
      assertThat(ProofGoal.isReached(goal, failed)).isTrue();
      Optional<Event> report = report(goal, failed);
      assertThat(report).get().isInstanceOf(SeedingFailed.class);
      SeedingFailed told = (SeedingFailed) report.orElseThrow();
      assertThat(told.stage()).isEqualTo(goal.stage());
      assertThat(told.backup()).isEqualTo(goal == Goal.READ_BACK ? BACKUP : "prior");
    }
  }

  @Test
  void remembersEveryStateAsItWas(@TempDir Path host) {
    try (JobFiles<ProofJob> jobs = JobFiles.open(host, ProofAgent.JOBS)) {
      for (State state :
          List.of(
              BEGUN,
              CHECKED,
              NOTED,
              COMMITTED,
              READ_BACK,
              NOTED.failed(SeedingStage.SNAPSHOT, FAILURE))) {
        jobs.write(job(state));
        assertThat(jobs.readAll().jobs()).containsExactly(job(state));
      }
    }
  }
}

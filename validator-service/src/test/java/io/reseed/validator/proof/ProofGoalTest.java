package io.reseed.validator.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.agent.JobFiles;
import io.reseed.agent.JobId;
import io.reseed.events.BackupCreated;
import io.reseed.events.Event;
import io.reseed.events.SeedingAssigned;
import io.reseed.events.SeedingAssigned.Goal;
import io.reseed.events.SeedingFailed;
import io.reseed.events.SeedingOrigin;
import io.reseed.events.SeedingPurpose;
import io.reseed.events.SeedingStage;
import io.reseed.events.ServerChecked;
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
import java.util.Arrays;
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

  private static SeedingAssigned wish() {
    return new SeedingAssigned(
        Story.SHARD,
        "s",
        1,
        SeedingPurpose.VALIDATION,
        Goal.CHECK,
        "h",
        Story.PRIMARY,
        Story.REPLICA_A,
        new SeedingOrigin.Backup("prior"),
        null);
  }

  private static ProofJob job(State state) {
    return new ProofJob(new JobId("s", 1), BACKUP, NOW, state);
  }

  @Test
  void worksUpToTheStateThatAGoalAsksForAndNoFurther() {
    List<State> way = List.of(BEGUN, CHECKED, NOTED, COMMITTED, READ_BACK);
    assertThat(way.stream().map(ProofGoal.CHECK::isReached))
        .containsExactly(false, true, true, true, true);
    assertThat(way.stream().map(ProofGoal.SNAPSHOT::isReached))
        .containsExactly(false, false, false, true, true);
    assertThat(way.stream().map(ProofGoal.READ_BACK::isReached))
        .containsExactly(false, false, false, false, true);
  }

  @Test
  void reportsEachGoalOnceItIsReachedAndNothingOfAGoalThatLiesBehind() {
    assertThat(ProofGoal.CHECK.report(job(CHECKED), wish())).hasValue(CHECKED.report());
    assertThat(ProofGoal.SNAPSHOT.report(job(COMMITTED), wish()))
        .hasValue(COMMITTED.announcement());
    assertThat(ProofGoal.READ_BACK.report(job(READ_BACK), wish())).hasValue(READ_BACK.report());
    assertThat(ProofGoal.CHECK.report(job(COMMITTED), wish())).isEmpty();
    assertThat(ProofGoal.SNAPSHOT.report(job(READ_BACK), wish())).isEmpty();
  }

  @Test
  void saysOfWhichBackupAFailureTells() {
    for (ProofGoal goal : ProofGoal.values()) {
      State failed = BEGUN.failed(goal.stage(), FAILURE);
      assertThat(goal.isReached(failed)).isTrue();
      Optional<Event> report = goal.report(job(failed), wish());
      assertThat(report).get().isInstanceOf(SeedingFailed.class);
      SeedingFailed told = (SeedingFailed) report.orElseThrow();
      assertThat(told.stage()).isEqualTo(goal.stage());
      assertThat(told.backup()).isEqualTo(goal == ProofGoal.READ_BACK ? BACKUP : "prior");
    }
  }

  @Test
  void leavesOtherGoalsToOthers() {
    assertThat(Arrays.stream(Goal.values()).filter(goal -> ProofGoal.of(goal).isEmpty()))
        .containsExactly(Goal.MAKE, Goal.KEEP);
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

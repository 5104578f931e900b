package io.reseed.restore;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.agent.JobFiles;
import io.reseed.agent.JobId;
import io.reseed.events.SeedingOrigin;
import io.reseed.events.SeedingPurpose;
import io.reseed.events.SeedingStage;
import io.reseed.fleet.Failure;
import io.reseed.fleet.FailureClass;
import io.reseed.fleet.ServerAddress;
import io.reseed.fleet.ShardName;
import io.reseed.restore.JobState.Copy;
import io.reseed.restore.JobState.Proof;
import io.reseed.restore.JobState.Slot;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class StoredJobTest {
  private static final Slot SLOT = new Slot(3310, 4_294_967_295L);
  private static final Copy COPY = new Copy(null, 10, 20);

  @TempDir private Path directory;

  static List<JobState> states() {
    return List.of(
        new JobState.Accepted(),
        new JobState.Fetching(SLOT),
        new JobState.Starting(SLOT, new Copy("a:1-5", 1, 2)),
        new JobState.Verifying(SLOT, COPY),
        new JobState.Restored(SLOT, COPY, new Proof("uuid", "a:1-5", 3)),
        new JobState.Kept(SLOT, true),
        new JobState.Failing(new Failure("C", FailureClass.BUG, "m", "h"), SeedingStage.CATCH_UP),
        new JobState.Failed(
            new Failure("C", FailureClass.TRANSIENT, "m", "h"), SeedingStage.RESTORE),
        new JobState.Removing("r"));
  }

  @ParameterizedTest
  @MethodSource("states")
  void isReadBackAsItWasWritten(JobState state) {
    Job job = job().with(state);
    try (JobFiles<Job> files = JobFiles.open(directory, RestoreApplication.JOBS)) {
      files.write(job);
      assertThat(files.readAll().jobs()).containsExactly(job);
      assertThat(files.readAll().unreadable()).isEmpty();
    }
  }

  @Test
  void showsWhatItHoldsInTheHeartbeat() {
    Job kept = job().with(new JobState.Kept(SLOT, true));
    assertThat(kept.held("10.0.0.1").server()).isEqualTo(new ServerAddress("10.0.0.1", 3310));
    assertThat(job().held("10.0.0.1").server()).isNull();
  }

  private static Job job() {
    return new Job(
        new JobId("s", 1),
        new ShardName("commerce", "-80"),
        SeedingPurpose.REPLICA,
        new SeedingOrigin.Donor(new ServerAddress("127.0.0.1", 3306)),
        1_000,
        new JobState.Accepted());
  }
}

package io.reseed.validator.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.reseed.events.SeedingStage;
import io.reseed.fleet.Failure;
import io.reseed.fleet.FailureClass;
import io.reseed.testkit.SmallDisk;
import io.reseed.validator.proof.ProofJob.Attempt;
import io.reseed.validator.proof.ProofJob.Begun;
import io.reseed.validator.proof.ProofJob.State;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProofJobsTest {
  private static final Failure FAILURE =
      new Failure("DISK_FULL", FailureClass.TRANSIENT, "why", "do this");

  @TempDir private Path host;

  @Test
  void remembersOnADiskThatIsFilledAgainAfterEachState() {
    Optional<String> cannotMount = SmallDisk.whyImpossible();
    assumeTrue(cannotMount.isEmpty(), () -> cannotMount.orElse(""));
    try (SmallDisk disk = SmallDisk.mount(host.resolve("small"), 40);
        ProofJobs jobs = ProofJobs.open(disk.path())) {
      jobs.retain(Set.of());
      Begun begun = new Begun();
      for (int attempt = 1; attempt <= 4; attempt++) {
        for (State state : new State[] {begun, begun.failed(SeedingStage.CHECK, FAILURE)}) {
          disk.fillUpTo(0);
          ProofJob job = job(attempt, state);
          jobs.write(job);
          assertThat(jobs.read(job.id())).hasValue(job);
        }
      }
    }
  }

  @Test
  void forgetsAllButTheWanted() {
    try (ProofJobs jobs = ProofJobs.open(host)) {
      for (int attempt = 1; attempt <= 3; attempt++) {
        jobs.write(job(attempt, new Begun()));
      }
      jobs.retain(Set.of(new Attempt("s", 2), new Attempt("s", 9)));
      assertThat(jobs.read(new Attempt("s", 1))).isEmpty();
      assertThat(jobs.read(new Attempt("s", 2))).isPresent();
      assertThat(jobs.read(new Attempt("s", 3))).isEmpty();
    }
  }

  @Test
  void oneAgentAtATimeWorksOnAHost() {
    try (ProofJobs jobs = ProofJobs.open(host)) {
      assertThatThrownBy(() -> ProofJobs.open(host))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining(host.toString())
          .hasMessageContaining("reseed.host.directory");
      jobs.write(job(1, new Begun()));
    }
    ProofJobs.open(host).close();
  }

  private static ProofJob job(int attempt, State state) {
    return new ProofJob(
        new Attempt("s", attempt), "20261121T021500Z-k3v9q0ax", Instant.EPOCH, state);
  }
}

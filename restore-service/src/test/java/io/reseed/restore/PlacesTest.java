package io.reseed.restore;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.agent.JobId;
import io.reseed.events.HostStatus;
import io.reseed.events.SeedingOrigin;
import io.reseed.events.SeedingPurpose;
import io.reseed.events.SeedingStage;
import io.reseed.fleet.Failure;
import io.reseed.fleet.FailureClass;
import io.reseed.fleet.ShardName;
import io.reseed.restore.JobState.Slot;
import io.reseed.restore.MemberPorts.Answer.Known;
import io.reseed.restore.Observation.Outcome;
import io.reseed.testkit.FreePort;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlacesTest {
  private static final Job WANTED = job(1, new JobState.Accepted());
  private static final Failure FAILURE = new Failure("C", FailureClass.BUG, "m", "h");

  @TempDir private Path directory;

  @Test
  void choosesTheFirstPortThatNeitherAJobNorAnotherProcessHas() throws Exception {
    int first = FreePort.onLoopback();
    Places places = places(first, first + 2, 4);
    try (ServerSocket stranger = new ServerSocket(first, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      assertThat(stranger.isBound()).isTrue();
      Job other = job(2, new JobState.Fetching(new Slot(first + 1, 9)));
      assertThat(places.admit(WANTED, List.of(other), Known.NONE))
          .hasValueSatisfying(
              outcome ->
                  assertThat(outcome)
                      .isInstanceOfSatisfying(
                          Outcome.Admitted.class,
                          admitted -> assertThat(admitted.slot().port()).isEqualTo(first + 2)));
    }
  }

  @Test
  void neverGivesThePortOfAnotherShardsServerAndOfItsOwnShardsLostOneLast() {
    int first = FreePort.onLoopback();
    Known members =
        new Known(Map.of("other/0", Set.of(first + 1), WANTED.shard().toString(), Set.of(first)));

    assertThat(port(places(first, first + 2, 4).admit(WANTED, List.of(), members)))
        .isEqualTo(first + 2);
    assertThat(port(places(first, first + 1, 4).admit(WANTED, List.of(), members)))
        .isEqualTo(first);
    assertThat(places(first + 1, first + 1, 4).admit(WANTED, List.of(), members))
        .hasValueSatisfying(
            outcome ->
                assertThat(outcome.toString())
                    .contains("NO_SLOT", "other shards' servers have [" + (first + 1) + "]"));
  }

  private static int port(Optional<Outcome> outcome) {
    return outcome
        .filter(Outcome.Admitted.class::isInstance)
        .map(Outcome.Admitted.class::cast)
        .orElseThrow()
        .slot()
        .port();
  }

  @Test
  void refusesWhenNoPortIsFree() throws Exception {
    int port = FreePort.onLoopback();
    try (ServerSocket stranger = new ServerSocket(port, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      assertThat(stranger.isBound()).isTrue();
      assertThat(codeOf(places(port, port, 4).admit(WANTED, List.of(), Known.NONE)))
          .isEqualTo("NO_SLOT");
    }
  }

  @Test
  void refusesWhenServersHoldAllSlotsAndCountsKeptOnesToo() {
    int first = FreePort.onLoopback();
    Job kept = job(2, new JobState.Kept(new Slot(first, 9), true));
    assertThat(codeOf(places(first, first + 5, 1).admit(WANTED, List.of(kept), Known.NONE)))
        .isEqualTo("NO_SLOT");
  }

  @Test
  void waitsForASlotThatIsBeingCleared() {
    int first = FreePort.onLoopback();
    Places places = places(first, first + 5, 1);
    assertThat(places.admit(WANTED, List.of(job(2, new JobState.Removing("r"))), Known.NONE))
        .isEmpty();
    assertThat(
            places.admit(
                WANTED,
                List.of(job(2, new JobState.Failing(FAILURE, SeedingStage.CATCH_UP))),
                Known.NONE))
        .isEmpty();
  }

  @Test
  void countsNoJobThatHoldsNothing() {
    int first = FreePort.onLoopback();
    Places places = places(first, first + 5, 1);
    List<Job> others =
        List.of(
            job(2, new JobState.Failed(FAILURE, SeedingStage.RESTORE)),
            job(3, new JobState.Accepted()));
    assertThat(places.admit(WANTED, others, Known.NONE))
        .hasValueSatisfying(outcome -> assertThat(outcome).isInstanceOf(Outcome.Admitted.class));
  }

  private static String codeOf(Optional<Outcome> outcome) {
    return outcome
        .filter(Outcome.Failed.class::isInstance)
        .map(Outcome.Failed.class::cast)
        .map(failed -> failed.failure().code())
        .orElse("none");
  }

  private Places places(int portFirst, int portLast, int slots) {
    return new Places(
        new HostProfile(
            "h1",
            HostStatus.Pool.REPLICA,
            "z",
            "127.0.0.1",
            portFirst,
            portLast,
            directory,
            slots,
            0,
            64,
            new HostMemory(64)));
  }

  private static Job job(int attempt, JobState state) {
    return new Job(
        new JobId("s", attempt),
        new ShardName("commerce", "-80"),
        SeedingPurpose.REPLICA,
        new SeedingOrigin.Backup("b"),
        0,
        state);
  }
}

package io.reseed.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.events.SeedingAssigned;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AssignmentsTest {
  private static final JobId JOB = new JobId("s", 2);

  private static Desired<SeedingAssigned> desired(
      String host, JobId job, Map<String, SeedingAssigned> known, Set<JobId> unclaimed) {
    return new Assignments<>(host, Optional.of(known), unclaimed, Optional.empty()).desired(job);
  }

  @Test
  void anAssignmentIsForItsOwnAttemptAndHostOnly() {
    SeedingAssigned assigned = SmallestAgent.assignment("s", 2, "h1");
    Map<String, SeedingAssigned> known = Map.of("s", assigned);
    assertThat(desired("h1", JOB, known, Set.of())).isEqualTo(new Desired.Assigned<>(assigned));
    assertThat(desired("h1", new JobId("s", 1), known, Set.of())).isInstanceOf(Desired.Gone.class);
    assertThat(desired("h1", new JobId("s", 3), known, Set.of())).isInstanceOf(Desired.Gone.class);
    assertThat(desired("h2", JOB, known, Set.of())).isInstanceOf(Desired.Gone.class);
    assertThat(desired("h1", JOB, Map.of(), Set.of())).isInstanceOf(Desired.Gone.class);
  }

  @Test
  void nothingIsConcludedWithoutASnapshotOrForAJobThatTheTopicLost() {
    assertThat(desired("h1", JOB, Map.of(), Set.of(JOB))).isInstanceOf(Desired.Unknown.class);
    Assignments<SeedingAssigned> unread =
        new Assignments<>("h1", Optional.empty(), Set.of(), Optional.of("still being read"));
    assertThat(unread.desired(JOB)).isInstanceOf(Desired.Unknown.class);
    assertThat(unread.ofHost()).isEmpty();
  }
}

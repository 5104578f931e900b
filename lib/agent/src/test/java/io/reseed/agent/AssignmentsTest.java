package io.reseed.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.events.SeedingAssigned;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AssignmentsTest {
  private static final JobId JOB = new JobId("s", 2);
  private static final String OURS = "ours";

  private static Desired<SeedingAssigned> desired(
      String host, JobId job, Map<String, SeedingAssigned> known, Set<JobId> unclaimed) {
    return new Assignments<>(host(host), Optional.of(known), unclaimed, Optional.empty())
        .desired(job);
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

  private static Assignments.Host host(String name) {
    return new Assignments.Host(name, Optional.of(OURS));
  }

  @Test
  void anAssignmentForAnotherHostOfTheNameIsLeftAlone() {
    SeedingAssigned ours = SmallestAgent.assignment("s", 2, "h1", OURS);
    SeedingAssigned foreign = SmallestAgent.assignment("s", 2, "h1", "another");
    assertThat(desired("h1", JOB, Map.of("s", ours), Set.of()))
        .isEqualTo(new Desired.Assigned<>(ours));
    assertThat(desired("h1", JOB, Map.of("s", foreign), Set.of())).isInstanceOf(Desired.Gone.class);
    Assignments<SeedingAssigned> known = of(host("h1"), foreign);
    assertThat(known.ofHost()).isEmpty();
    assertThat(known.ofNamesakes()).containsExactly(foreign);
    assertThat(of(host("h1"), ours).ofNamesakes()).isEmpty();
    assertThat(of(host("h2"), foreign).ofNamesakes()).isEmpty();
  }

  @Test
  void whoDoesNotKnowItselfYetConcludesNothingFromAnIdentity() {
    Assignments.Host unknown = new Assignments.Host("h1", Optional.empty());
    Assignments<SeedingAssigned> known =
        of(unknown, SmallestAgent.assignment("s", 2, "h1", "another"));
    assertThat(known.ofHost()).isEmpty();
    assertThat(known.ofNamesakes()).isEmpty();
    assertThat(known.desired(JOB)).isInstanceOf(Desired.Unknown.class);
    SeedingAssigned ofBefore = SmallestAgent.assignment("s", 2, "h1");
    assertThat(of(unknown, ofBefore).desired(JOB)).isEqualTo(new Desired.Assigned<>(ofBefore));
  }

  private static Assignments<SeedingAssigned> of(Assignments.Host host, SeedingAssigned assigned) {
    return new Assignments<>(
        host, Optional.of(Map.of(assigned.seeding(), assigned)), Set.of(), Optional.empty());
  }

  @Test
  void nothingIsConcludedWithoutASnapshotOrForAJobThatTheTopicLost() {
    assertThat(desired("h1", JOB, Map.of(), Set.of(JOB))).isInstanceOf(Desired.Unknown.class);
    Assignments<SeedingAssigned> unread =
        new Assignments<>(host("h1"), Optional.empty(), Set.of(), Optional.of("still being read"));
    assertThat(unread.desired(JOB)).isInstanceOf(Desired.Unknown.class);
    assertThat(unread.ofHost()).isEmpty();
  }
}

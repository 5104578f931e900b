package io.reseed.validator.cycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.events.Assignment;
import io.reseed.events.ProofAssigned.Goal;
import io.reseed.events.SeedingAssigned;
import io.reseed.events.ValidationFailed;
import io.reseed.fleet.FailureClass;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What must hold of all that a machine ever decided about a shard. */
final class CyclePromises {
  private static final List<Object> ORDER =
      List.of(SeedingAssigned.Goal.MAKE, Goal.CHECK, Goal.SNAPSHOT, Goal.READ_BACK);

  private final String where;
  private final AssignmentTopics topics = new AssignmentTopics();
  private final Map<String, Object> goals = new HashMap<>();
  private final Set<String> ended = new HashSet<>();
  private final Set<String> announced = new HashSet<>();
  private final Set<String> made = new HashSet<>();
  private @Nullable String open;

  private CyclePromises(String where) {
    this.where = where;
  }

  static void check(List<CycleEvent> events, String where) {
    CyclePromises promises = new CyclePromises(where);
    for (CycleEvent event : events) {
      promises.check(event);
      promises.topics.take(event);
      promises.checkTopics();
    }
  }

  /** A proof is assigned only beside what it is a proof of, and both end with their attempt. */
  private void checkTopics() {
    if (open == null) {
      assertThat(topics.proofs()).as("%s: no proof is left", where).isEmpty();
      assertThat(topics.seedings()).as("%s: no seeding is left", where).isEmpty();
      return;
    }
    assertThat(topics.seedings().values())
        .as("%s: the open attempt's seeding", where)
        .singleElement()
        .satisfies(seeding -> assertThat(attempt(seeding)).isEqualTo(open));
    SeedingAssigned seeding = topics.seedings().values().iterator().next();
    assertThat(topics.proofs().values())
        .as("%s: proofs beside %s", where, seeding)
        .hasSize(seeding.goal() == SeedingAssigned.Goal.MAKE ? 0 : 1)
        .allSatisfy(
            proof -> {
              assertThat(attempt(proof)).isEqualTo(open);
              assertThat(proof.host()).isEqualTo(seeding.host());
              assertThat(proof.primary()).isEqualTo(seeding.primary());
              assertThat(proof.source()).isEqualTo(seeding.source());
              assertThat(proof.origin()).isEqualTo(seeding.origin());
              assertThat(seeding.goal() == SeedingAssigned.Goal.REPLICATE)
                  .isEqualTo(proof.goal() == Goal.CHECK);
            });
  }

  private void check(CycleEvent event) {
    switch (event) {
      case CycleEvent.AttemptAssigned assigned -> {
        assertThat(open).as("%s: one attempt at a time", where).isNull();
        open = attempt(assigned.assignment());
        advance(assigned.assignment(), SeedingAssigned.Goal.MAKE);
      }
      case CycleEvent.Repointed repointed ->
          assertThat(goals.get(attempt(repointed.assignment())))
              .as(where)
              .isEqualTo(AssignmentTopics.goal(repointed.assignment()));
      case CycleEvent.CheckOrdered ordered -> advance(ordered.assignment(), Goal.CHECK);
      case CycleEvent.SnapshotOrdered ordered -> advance(ordered.assignment(), Goal.SNAPSHOT);
      case CycleEvent.ReadBackOrdered ordered -> advance(ordered.assignment(), Goal.READ_BACK);
      case CycleEvent.BackupMade backup ->
          assertThat(made.add(backup.backup().backup())).as("%s: taken once", where).isTrue();
      case CycleEvent.CycleSucceeded succeeded -> end(succeeded.assignment());
      case CycleEvent.AttemptFailed failed -> end(failed.assignment());
      case CycleEvent.AttemptWithdrawn withdrawn -> end(withdrawn.assignment());
      case CycleEvent.CycleFailed failed -> announce(failed.assignment(), failed.announcement());
      case CycleEvent.PriorUnusable unusable -> {
        assertThat(unusable.announcement().condemned()).as(where).isFalse();
        announce(unusable.assignment(), unusable.announcement());
      }
      case CycleEvent.ReadBackFailed failed -> announce(failed.assignment(), failed.announcement());
      case CycleEvent.Condemned condemned -> condemned(condemned);
      default -> {} // says nothing about an attempt
    }
  }

  private void condemned(CycleEvent.Condemned event) {
    assertThat(event.announcement().condemned()).as(where).isTrue();
    assertThat(event.announcement().failure().failureClass())
        .as("%s: only a bad backup is condemned", where)
        .isEqualTo(FailureClass.BAD_BACKUP);
    if (event.attempt() != null) {
      announce(event.attempt(), event.announcement());
    }
  }

  private void announce(Assignment assignment, ValidationFailed announcement) {
    assertThat(announced.add(attempt(assignment))).as("%s: announced once", where).isTrue();
    assertThat(announcement.seeding()).as(where).isEqualTo(assignment.seeding());
    end(assignment);
  }

  private void advance(Assignment assignment, Object goal) {
    assertThat(AssignmentTopics.goal(assignment)).as(where).isEqualTo(goal);
    Object before = goals.put(attempt(assignment), goal);
    int step = ORDER.indexOf(goal);
    assertThat(before)
        .as("%s: one goal after the other", where)
        .isEqualTo(step == 0 ? null : ORDER.get(step - 1));
    assertThat(open).as(where).isEqualTo(attempt(assignment));
  }

  private void end(Assignment assignment) {
    assertThat(ended.add(attempt(assignment))).as("%s: ends once", where).isTrue();
    assertThat(open).as(where).isEqualTo(attempt(assignment));
    open = null;
  }

  private static String attempt(Assignment assignment) {
    return assignment.seeding() + "." + assignment.attempt();
  }
}

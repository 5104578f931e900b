package io.reseed.validator.cycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.events.SeedingAssigned;
import io.reseed.events.SeedingAssigned.Goal;
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
  private static final List<Goal> ORDER =
      List.of(Goal.MAKE, Goal.CHECK, Goal.SNAPSHOT, Goal.READ_BACK);

  private final String where;
  private final Map<String, Goal> goals = new HashMap<>();
  private final Set<String> ended = new HashSet<>();
  private final Set<String> announced = new HashSet<>();
  private final Set<String> made = new HashSet<>();
  private @Nullable String open;

  private CyclePromises(String where) {
    this.where = where;
  }

  static void check(List<CycleEvent> events, String where) {
    CyclePromises promises = new CyclePromises(where);
    events.forEach(promises::check);
  }

  private void check(CycleEvent event) {
    switch (event) {
      case CycleEvent.AttemptAssigned assigned -> {
        assertThat(open).as("%s: one attempt at a time", where).isNull();
        open = attempt(assigned.assignment());
        advance(assigned.assignment(), Goal.MAKE);
      }
      case CycleEvent.Repointed repointed ->
          assertThat(goals.get(attempt(repointed.assignment())))
              .as(where)
              .isEqualTo(repointed.assignment().goal());
      case CycleEvent.CheckOrdered ordered -> advance(ordered.assignment(), Goal.CHECK);
      case CycleEvent.SnapshotOrdered ordered -> advance(ordered.assignment(), Goal.SNAPSHOT);
      case CycleEvent.ReadBackOrdered ordered -> advance(ordered.assignment(), Goal.READ_BACK);
      case CycleEvent.BackupMade backup ->
          assertThat(made.add(backup.backup().backup())).as("%s: taken once", where).isTrue();
      case CycleEvent.CycleSucceeded succeeded -> end(succeeded.assignment());
      case CycleEvent.AttemptFailed failed -> end(failed.assignment());
      case CycleEvent.AttemptWithdrawn withdrawn -> end(withdrawn.assignment());
      case CycleEvent.CycleFailed failed -> announce(failed.assignment(), failed.announcement());
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

  private void announce(SeedingAssigned assignment, ValidationFailed announcement) {
    assertThat(announced.add(attempt(assignment))).as("%s: announced once", where).isTrue();
    assertThat(announcement.seeding()).as(where).isEqualTo(assignment.seeding());
    end(assignment);
  }

  private void advance(SeedingAssigned assignment, Goal goal) {
    assertThat(assignment.goal()).as(where).isEqualTo(goal);
    Goal before = goals.put(attempt(assignment), goal);
    int step = ORDER.indexOf(goal);
    assertThat(before)
        .as("%s: one goal after the other", where)
        .isEqualTo(step == 0 ? null : ORDER.get(step - 1));
    assertThat(open).as(where).isEqualTo(attempt(assignment));
  }

  private void end(SeedingAssigned assignment) {
    assertThat(ended.add(attempt(assignment))).as("%s: ends once", where).isTrue();
    assertThat(open).as(where).isEqualTo(attempt(assignment));
    open = null;
  }

  private static String attempt(SeedingAssigned assignment) {
    return assignment.seeding() + "." + assignment.attempt();
  }
}

package io.reseed.catchup;

import io.reseed.coordinator.roster.Roster;
import io.reseed.events.BackupRestored;
import io.reseed.events.Event;
import io.reseed.events.SeedingAssigned;
import io.reseed.events.Topic;
import io.reseed.events.codec.DecodedEvent;
import io.reseed.fleet.ShardName;
import io.reseed.kafka.EventTopics;
import io.reseed.kafka.EventTopics.Routed;
import io.reseed.kafka.InputTopic;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What the records of the topics mean to the machine. */
final class CatchUpInputs {
  private CatchUpInputs() {}

  static List<InputTopic<CatchUpInput>> of(EventTopics topics) {
    return List.of(
        assignments(topics),
        topics.input(
            Topic.BACKUP_RESTORED, CatchUpInputs::restored, tombstone -> Optional.empty()));
  }

  private static InputTopic<CatchUpInput> assignments(EventTopics topics) {
    return topics.input(Topic.SEEDING_ASSIGNED, CatchUpInputs::assigned, CatchUpInputs::withdrawn);
  }

  /** What is assigned stands in the assignments, whatever was remembered or missed. */
  static List<Roster<CatchUpState, CatchUpInput>> rosters(EventTopics topics) {
    return List.of(new Roster<>(assignments(topics), CatchUpInputs::missed));
  }

  static List<CatchUpInput> missed(CatchUpState state, List<CatchUpInput> said) {
    List<CatchUpInput> missed = new ArrayList<>();
    Set<String> assigned = new HashSet<>();
    for (CatchUpInput input : said) {
      if (input instanceof CatchUpInput.Assigned(SeedingAssigned assignment)) {
        assigned.add(assignment.seeding());
        if (state.pursuit(assignment.seeding()).isEmpty()) {
          missed.add(input);
        }
      }
    }
    state
        .pursuits()
        .forEach(
            (seeding, pursuit) -> {
              if (!(pursuit instanceof Pursuit.Unassigned) && !assigned.contains(seeding)) {
                missed.add(new CatchUpInput.Withdrawn(seeding));
              }
            });
    return missed;
  }

  private static Optional<Routed<CatchUpInput>> assigned(Event event) {
    return event instanceof SeedingAssigned assignment
        ? routed(assignment.shard(), new CatchUpInput.Assigned(assignment))
        : Optional.empty();
  }

  private static Optional<Routed<CatchUpInput>> withdrawn(DecodedEvent.Tombstone tombstone) {
    return Optional.ofNullable(tombstone.partitionKey())
        .map(shard -> new Routed<>(shard, new CatchUpInput.Withdrawn(tombstone.key())));
  }

  private static Optional<Routed<CatchUpInput>> restored(Event event) {
    return event instanceof BackupRestored restored
        ? routed(restored.shard(), new CatchUpInput.Restored(restored))
        : Optional.empty();
  }

  private static Optional<Routed<CatchUpInput>> routed(ShardName shard, CatchUpInput input) {
    return Optional.of(new Routed<>(shard.toString(), input));
  }
}

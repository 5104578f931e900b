package io.reseed.catchup;

import io.reseed.events.BackupRestored;
import io.reseed.events.Event;
import io.reseed.events.SeedingAssigned;
import io.reseed.events.Topic;
import io.reseed.events.codec.DecodedEvent;
import io.reseed.fleet.ShardName;
import io.reseed.kafka.EventTopics;
import io.reseed.kafka.EventTopics.Routed;
import io.reseed.kafka.InputTopic;
import java.util.List;
import java.util.Optional;

/** What the records of the topics mean to the machine. */
final class CatchUpInputs {
  private CatchUpInputs() {}

  static List<InputTopic<CatchUpInput>> of(EventTopics topics) {
    return List.of(
        topics.input(Topic.SEEDING_ASSIGNED, CatchUpInputs::assigned, CatchUpInputs::withdrawn),
        topics.input(
            Topic.BACKUP_RESTORED, CatchUpInputs::restored, tombstone -> Optional.empty()));
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

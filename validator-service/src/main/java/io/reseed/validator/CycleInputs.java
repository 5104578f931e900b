package io.reseed.validator;

import io.reseed.events.BackupCreated;
import io.reseed.events.BackupRequested;
import io.reseed.events.BackupRestored;
import io.reseed.events.BackupStatus;
import io.reseed.events.BackupValidated;
import io.reseed.events.DeadLetter;
import io.reseed.events.DecodedEvent;
import io.reseed.events.Event;
import io.reseed.events.HostStatus;
import io.reseed.events.PrimaryFailed;
import io.reseed.events.ReplicaCaughtUp;
import io.reseed.events.ReplicaRequested;
import io.reseed.events.SeedingAssigned;
import io.reseed.events.SeedingFailed;
import io.reseed.events.SeedingProgress;
import io.reseed.events.SeedingPurpose;
import io.reseed.events.SeedingStage;
import io.reseed.events.ServerChecked;
import io.reseed.events.ShardDeclared;
import io.reseed.events.ShardName;
import io.reseed.events.ShardStatus;
import io.reseed.events.Topic;
import io.reseed.events.ValidationFailed;
import io.reseed.events.ValidationRequested;
import io.reseed.shardruntime.InputTopic;
import io.reseed.shardruntime.events.EventTopics;
import io.reseed.shardruntime.events.EventTopics.Routed;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What the records of the topics mean to the machine. */
final class CycleInputs {
  private CycleInputs() {}

  static List<InputTopic<CycleInput>> of(EventTopics topics) {
    return Stream.of(
            Topic.SHARD_STATUS,
            Topic.BACKUP_RESTORED,
            Topic.SEEDING_PROGRESS,
            Topic.REPLICA_CAUGHT_UP,
            Topic.SEEDING_FAILED,
            Topic.BACKUP_CREATED)
        .map(topic -> topics.<CycleInput>input(topic, CycleInputs::told, CycleInputs::ended))
        .toList();
  }

  private static Optional<Routed<CycleInput>> told(Event event) {
    return switch (event) {
      case ShardStatus status when status.condition() == ShardStatus.Condition.UNDECLARED ->
          routed(status.shard(), new CycleInput.ShardGone());
      case ShardStatus status ->
          routed(status.shard(), new CycleInput.ShardSeen(Topology.of(status)));
      case BackupRestored made when ours(made.purpose()) ->
          routed(
              made.shard(),
              new CycleInput.SignOfLife(made.seeding(), made.attempt(), SeedingStage.CATCH_UP));
      case SeedingProgress progress when ours(progress.purpose()) ->
          routed(
              progress.shard(),
              new CycleInput.SignOfLife(progress.seeding(), progress.attempt(), progress.stage()));
      case ReplicaCaughtUp caughtUp when ours(caughtUp.purpose()) ->
          routed(caughtUp.shard(), new CycleInput.CaughtUp(caughtUp.seeding(), caughtUp.attempt()));
      case SeedingFailed failed when ours(failed.purpose()) ->
          routed(failed.shard(), new CycleInput.Failed(failed));
      case BackupCreated created -> routed(created.shard(), new CycleInput.Created(created));
      case BackupRequested _,
          BackupRestored _,
          ServerChecked _,
          SeedingProgress _,
          ReplicaCaughtUp _,
          SeedingFailed _,
          BackupStatus _,
          BackupValidated _,
          DeadLetter _,
          HostStatus _,
          PrimaryFailed _,
          ReplicaRequested _,
          SeedingAssigned _,
          ShardDeclared _,
          ValidationFailed _,
          ValidationRequested _ ->
          Optional.empty();
    };
  }

  private static boolean ours(SeedingPurpose purpose) {
    return purpose == SeedingPurpose.VALIDATION;
  }

  private static Optional<Routed<CycleInput>> ended(DecodedEvent.Tombstone tombstone) {
    return tombstone.topic() == Topic.SHARD_STATUS
        ? Optional.of(new Routed<>(tombstone.key(), new CycleInput.ShardGone()))
        : Optional.empty();
  }

  private static Optional<Routed<CycleInput>> routed(ShardName shard, CycleInput input) {
    return Optional.of(new Routed<>(shard.toString(), input));
  }
}

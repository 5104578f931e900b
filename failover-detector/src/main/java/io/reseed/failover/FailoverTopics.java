package io.reseed.failover;

import io.reseed.coordinator.roster.Roster;
import io.reseed.events.BackupRestored;
import io.reseed.events.Event;
import io.reseed.events.PrimaryFailed;
import io.reseed.events.ReplicaCaughtUp;
import io.reseed.events.SeedingFailed;
import io.reseed.events.SeedingProgress;
import io.reseed.events.SeedingPurpose;
import io.reseed.events.ShardDeclared;
import io.reseed.events.Topic;
import io.reseed.events.codec.DecodedEvent.Tombstone;
import io.reseed.events.codec.EventContext;
import io.reseed.failover.machine.DeclaredShard;
import io.reseed.failover.machine.FailoverInput;
import io.reseed.failover.machine.FailoverState;
import io.reseed.fleet.ShardName;
import io.reseed.kafka.EventTopics;
import io.reseed.kafka.EventTopics.Routed;
import io.reseed.kafka.InputTopic;
import java.util.List;
import java.util.Optional;

/** What the records of the topics mean to the machine. */
final class FailoverTopics {
  private FailoverTopics() {}

  /** Who is in Reseed's care stands in the declarations, whatever was remembered or missed. */
  static List<Roster<FailoverState, FailoverInput>> rosters(EventTopics topics) {
    return List.of(new Roster<>(declarations(topics), FailoverTopics::missed));
  }

  static List<FailoverInput> missed(FailoverState state, List<FailoverInput> said) {
    boolean isRight =
        switch (state) {
          case DeclaredShard shard -> said.stream().anyMatch(shard::isDeclaredAs);
          case FailoverState.Unknown _, FailoverState.Undeclared _ -> said.isEmpty();
        };
    if (isRight) {
      return List.of();
    }
    return said.isEmpty() ? List.of(new FailoverInput.Withdrawal()) : said;
  }

  private static InputTopic<FailoverInput> declarations(EventTopics topics) {
    return topics.inputFromOutsiders(
        Topic.SHARD_DECLARED, FailoverTopics::meaning, FailoverTopics::ended);
  }

  static List<InputTopic<FailoverInput>> inputs(EventTopics topics) {
    return List.of(
        topics.inputFromOutsiders(
            Topic.PRIMARY_FAILED, FailoverTopics::claim, FailoverTopics::ended),
        declarations(topics),
        topics.input(Topic.BACKUP_RESTORED, FailoverTopics::meaning, FailoverTopics::ended),
        topics.input(Topic.REPLICA_CAUGHT_UP, FailoverTopics::meaning, FailoverTopics::ended),
        topics.input(Topic.SEEDING_FAILED, FailoverTopics::meaning, FailoverTopics::ended),
        topics.input(Topic.SEEDING_PROGRESS, FailoverTopics::meaning, FailoverTopics::ended));
  }

  /** A claim is answered under the name that its event has. */
  private static Optional<Routed<FailoverInput>> claim(Event event, EventContext context) {
    return event instanceof PrimaryFailed failed
        ? routed(
            failed.shard(),
            FailoverInput.Claim.of(failed, context.id(), context.source().toString()))
        : Optional.empty();
  }

  /** What an event says to the machine of its shard, if anything. */
  static Optional<Routed<FailoverInput>> meaning(Event event) {
    return switch (event) {
      case ShardDeclared declared ->
          routed(
              declared.shard(),
              new FailoverInput.Declaration(declared.replicasDesired(), declared.servers()));
      case BackupRestored restored when restored.purpose() == SeedingPurpose.REPLICA ->
          routed(
              restored.shard(),
              new FailoverInput.RestoredReport(
                  restored.seeding(), restored.attempt(), restored.server()));
      case ReplicaCaughtUp caughtUp when caughtUp.purpose() == SeedingPurpose.REPLICA ->
          routed(
              caughtUp.shard(),
              new FailoverInput.CaughtUpReport(
                  caughtUp.seeding(), caughtUp.attempt(), caughtUp.server(), caughtUp.source()));
      case SeedingFailed failed when failed.purpose() == SeedingPurpose.REPLICA ->
          routed(
              failed.shard(),
              new FailoverInput.FailedReport(failed.seeding(), failed.attempt(), failed.failure()));
      case SeedingProgress progress when progress.purpose() == SeedingPurpose.REPLICA ->
          routed(
              progress.shard(),
              new FailoverInput.ProgressReport(progress.seeding(), progress.attempt()));
      // other topics are not read here, and seedings of other purposes are others' business
      default -> Optional.empty();
    };
  }

  private static Optional<Routed<FailoverInput>> routed(ShardName shard, FailoverInput input) {
    return Optional.of(new Routed<>(shard.toString(), input));
  }

  private static Optional<Routed<FailoverInput>> ended(Tombstone tombstone) {
    return tombstone.topic() == Topic.SHARD_DECLARED
        ? Optional.of(new Routed<>(tombstone.key(), new FailoverInput.Withdrawal()))
        : Optional.empty();
  }
}

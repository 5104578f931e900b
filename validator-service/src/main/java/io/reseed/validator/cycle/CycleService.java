package io.reseed.validator.cycle;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.reseed.backup.catalogue.Catalogue;
import io.reseed.coordinator.ShardService;
import io.reseed.coordinator.StateCodec;
import io.reseed.coordinator.hosts.HostRegistry;
import io.reseed.coordinator.roster.Roster;
import io.reseed.events.BackupCreated;
import io.reseed.events.BackupRequested;
import io.reseed.events.BackupRestored;
import io.reseed.events.BackupStatus;
import io.reseed.events.BackupValidated;
import io.reseed.events.DeadLetter;
import io.reseed.events.Event;
import io.reseed.events.FailoverFact;
import io.reseed.events.HostStatus;
import io.reseed.events.PrimaryFailed;
import io.reseed.events.ProofAssigned;
import io.reseed.events.ReplicaCaughtUp;
import io.reseed.events.SeedingAssigned;
import io.reseed.events.SeedingFailed;
import io.reseed.events.SeedingProgress;
import io.reseed.events.SeedingPurpose;
import io.reseed.events.ServerChecked;
import io.reseed.events.ShardDeclared;
import io.reseed.events.ShardStatus;
import io.reseed.events.Topic;
import io.reseed.events.ValidationFailed;
import io.reseed.events.ValidationRequested;
import io.reseed.events.WorkPaused;
import io.reseed.events.codec.DecodedEvent;
import io.reseed.events.codec.EventJson;
import io.reseed.fleet.ShardName;
import io.reseed.kafka.EventTopics;
import io.reseed.kafka.EventTopics.Routed;
import io.reseed.kafka.InputTopic;
import io.reseed.mysql.Credentials;
import io.reseed.validator.repository.PurgedBinlogs;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The coordinator as its runtime must know it: its topics, its machine, and what acts for it. */
public final class CycleService {
  private CycleService() {}

  /**
   * Where its decisions come true; belongs to the caller.
   *
   * @param observers the account that looks at a shard's servers, by cluster
   * @param cyclesMax cycles at one time, over all shards
   */
  public record Means(
      Catalogue catalogue, HostRegistry hosts, Map<String, Credentials> observers, int cyclesMax) {}

  /**
   * All of it.
   *
   * @param applicationId see {@link ShardService}
   */
  public static ShardService<CycleState, ?, ?, ?> of(
      String applicationId, EventTopics topics, CyclePolicy policy, Means means) {
    JsonMapper mapper = JsonMapper.builder().addModule(EventJson.types()).build();
    PlaceFinder places = new PlaceFinder(means.hosts(), means.observers(), means.cyclesMax());
    return new ShardService<>(
            applicationId,
            new CycleMachine(policy),
            inputs(topics),
            new CyclePublisher(topics, new CycleStatus(policy)),
            topics.deadLetters(),
            StateCodec.json(mapper, CycleState.class, CycleState.VERSION),
            new CycleWorker(
                means.catalogue(),
                places,
                new PurgedBinlogs(means.observers()),
                means.hosts().heartbeatTimeout()))
        .comparedWith(
            List.of(
                new Roster<>(input(topics, Topic.SHARD_STATUS), CycleService::missedOfServers),
                new Roster<>(
                    outsidersInput(topics, Topic.SHARD_DECLARED), CycleService::missedOfPolicy)));
  }

  /** Which shards there are stands in their statuses, whatever was remembered or missed. */
  static List<CycleInput> missedOfServers(CycleState state, List<CycleInput> said) {
    boolean isThere = said.stream().anyMatch(CycleInput.ShardSeen.class::isInstance);
    if (isThere == (state.topology() != null)) {
      return List.of();
    }
    return isThere ? said : List.of(new CycleInput.ShardGone());
  }

  /** How backups are made stands in the declarations. */
  static List<CycleInput> missedOfPolicy(CycleState state, List<CycleInput> said) {
    CycleInput declared = said.isEmpty() ? new CycleInput.Declared(null) : said.getFirst();
    return declared.equals(new CycleInput.Declared(state.schedule().declared()))
        ? List.of()
        : List.of(declared);
  }

  private static InputTopic<CycleInput> input(EventTopics topics, Topic topic) {
    return topics.input(topic, CycleService::told, CycleService::ended);
  }

  private static InputTopic<CycleInput> outsidersInput(EventTopics topics, Topic topic) {
    return topics.inputFromOutsiders(topic, CycleService::told, CycleService::ended);
  }

  private static List<InputTopic<CycleInput>> inputs(EventTopics topics) {
    Stream<InputTopic<CycleInput>> ours =
        Stream.of(
                Topic.SHARD_STATUS,
                Topic.BACKUP_RESTORED,
                Topic.SEEDING_PROGRESS,
                Topic.REPLICA_CAUGHT_UP,
                Topic.SERVER_CHECKED,
                Topic.SEEDING_FAILED,
                Topic.BACKUP_CREATED)
            .map(topic -> input(topics, topic));
    Stream<InputTopic<CycleInput>> outsiders =
        Stream.of(Topic.SHARD_DECLARED, Topic.BACKUP_REQUESTED)
            .map(topic -> outsidersInput(topics, topic));
    return Stream.concat(ours, outsiders).toList();
  }

  private static Optional<Routed<CycleInput>> told(Event event) {
    return switch (event) {
      case ShardStatus status when status.condition() == ShardStatus.Condition.UNDECLARED ->
          routed(status.shard(), new CycleInput.ShardGone());
      case ShardStatus status ->
          routed(status.shard(), new CycleInput.ShardSeen(Topology.of(status)));
      case ShardDeclared declared ->
          routed(declared.shard(), new CycleInput.Declared(declared.backups()));
      case BackupRequested request -> routed(request.shard(), new CycleInput.Requested(request));
      case BackupRestored made when ours(made.purpose()) ->
          routed(made.shard(), new CycleInput.Restored(made));
      case SeedingProgress progress when ours(progress.purpose()) ->
          routed(
              progress.shard(),
              new CycleInput.SignOfLife(progress.seeding(), progress.attempt(), progress.stage()));
      case ReplicaCaughtUp caughtUp when ours(caughtUp.purpose()) ->
          routed(caughtUp.shard(), new CycleInput.CaughtUp(caughtUp));
      case ServerChecked checked -> routed(checked.shard(), new CycleInput.Checked(checked));
      case SeedingFailed failed ->
          routed(
              failed.shard(),
              ours(failed.purpose())
                  ? new CycleInput.Failed(failed)
                  : new CycleInput.ReplicaFailed(failed));
      case BackupCreated created -> routed(created.shard(), new CycleInput.Created(created));
      case BackupRestored _,
          SeedingProgress _,
          ReplicaCaughtUp _,
          BackupStatus _,
          BackupValidated _,
          DeadLetter _,
          HostStatus _,
          PrimaryFailed _,
          FailoverFact _,
          SeedingAssigned _,
          ProofAssigned _,
          ValidationFailed _,
          ValidationRequested _,
          WorkPaused _ ->
          Optional.empty();
    };
  }

  private static boolean ours(SeedingPurpose purpose) {
    return purpose == SeedingPurpose.VALIDATION;
  }

  private static Optional<Routed<CycleInput>> ended(DecodedEvent.Tombstone tombstone) {
    return Optional.<CycleInput>ofNullable(
            tombstone.topic() == Topic.SHARD_STATUS
                ? new CycleInput.ShardGone()
                : tombstone.topic() == Topic.SHARD_DECLARED ? new CycleInput.Declared(null) : null)
        .map(input -> new Routed<>(tombstone.key(), input));
  }

  private static Optional<Routed<CycleInput>> routed(ShardName shard, CycleInput input) {
    return Optional.of(new Routed<>(shard.toString(), input));
  }
}

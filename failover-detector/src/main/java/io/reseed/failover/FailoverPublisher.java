package io.reseed.failover;

import io.reseed.coordinator.Publisher;
import io.reseed.coordinator.clock.SteadyClock;
import io.reseed.events.FailoverFact.ReplicaHandedOver;
import io.reseed.events.FailoverFact.ReplicaRequested;
import io.reseed.events.FailoverFact.ServerWithdrawn;
import io.reseed.events.PrimaryFailed;
import io.reseed.events.SeedingAssigned;
import io.reseed.events.SeedingAssigned.Goal;
import io.reseed.events.SeedingOrigin;
import io.reseed.events.SeedingPurpose;
import io.reseed.events.ShardStatus;
import io.reseed.events.Topic;
import io.reseed.failover.machine.DeclaredShard;
import io.reseed.failover.machine.FailoverEvent;
import io.reseed.failover.machine.FailoverEvent.AttemptAssigned;
import io.reseed.failover.machine.FailoverEvent.AttemptFailed;
import io.reseed.failover.machine.FailoverEvent.CareEnded;
import io.reseed.failover.machine.FailoverEvent.ClaimAnswered;
import io.reseed.failover.machine.FailoverEvent.MemberReturned;
import io.reseed.failover.machine.FailoverEvent.MemberWithdrawn;
import io.reseed.failover.machine.FailoverEvent.PrimaryFoundDead;
import io.reseed.failover.machine.FailoverEvent.ReplicaKept;
import io.reseed.failover.machine.FailoverEvent.SeedingFinished;
import io.reseed.failover.machine.FailoverEvent.SeedingRepointed;
import io.reseed.failover.machine.FailoverEvent.SeedingWithdrawn;
import io.reseed.failover.machine.FailoverEvent.StatusPublished;
import io.reseed.failover.machine.FailoverState;
import io.reseed.failover.machine.Phase.Assignment;
import io.reseed.failover.machine.Phase.HandingOver;
import io.reseed.failover.machine.Phase.Making;
import io.reseed.failover.machine.Phase.Planning;
import io.reseed.failover.machine.Seeding;
import io.reseed.failover.machine.StatusReport;
import io.reseed.fleet.ServerAddress;
import io.reseed.fleet.ShardName;
import io.reseed.kafka.EventTopics;
import io.reseed.kafka.Publication;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Publishes what others need of the machine's decisions. */
final class FailoverPublisher implements Publisher<FailoverState, FailoverEvent> {
  private final EventTopics topics;

  FailoverPublisher(EventTopics topics) {
    this.topics = topics;
  }

  @Override
  public Set<String> topics() {
    return Stream.of(
            Topic.PRIMARY_FAILED,
            Topic.REPLICA_REQUESTED,
            Topic.REPLICA_HANDED_OVER,
            Topic.SERVER_WITHDRAWN,
            Topic.CLAIM_ANSWERED,
            Topic.SEEDING_ASSIGNED,
            Topic.SHARD_STATUS)
        .map(topics::name)
        .collect(Collectors.toSet());
  }

  @Override
  public List<Publication> publications(String shard, FailoverEvent event, FailoverState after) {
    TransitionLog.write(shard, event, after);
    return switch (event) {
      case StatusPublished published -> List.of(status(published.status()));
      case CareEnded _ -> List.of(topics.tombstone(Topic.SHARD_STATUS, shard, shard));
      case PrimaryFoundDead dead -> List.of(primaryFailed(dead, after));
      case AttemptAssigned assigned -> assigned((DeclaredShard) after, assigned);
      case SeedingRepointed repointed ->
          List.of(desiredState((DeclaredShard) after, repointed.seeding(), repointed.at()));
      case ReplicaKept kept ->
          List.of(
              desiredState((DeclaredShard) after, kept.seeding(), kept.at()),
              handedOver((DeclaredShard) after, kept));
      case MemberReturned returned -> List.of(returned(after, returned));
      case MemberWithdrawn withdrawn -> List.of(withdrawn(after, withdrawn));
      case ClaimAnswered answered -> List.of(answered(shard, answered));
      case AttemptFailed failed -> List.of(takenBack(shard, failed.seeding()));
      case SeedingFinished finished -> List.of(takenBack(shard, finished.seeding()));
      case SeedingWithdrawn withdrawn -> List.of(takenBack(shard, withdrawn.seeding()));
      case FailoverEvent.Declared _,
          FailoverEvent.IncidentRemembered _,
          FailoverEvent.TakenUp _,
          FailoverEvent.ObservationRequested _,
          FailoverEvent.ObservationHastened _,
          FailoverEvent.ObservationConcluded _,
          FailoverEvent.ObservationFailed _,
          FailoverEvent.MembersObserved _,
          FailoverEvent.ClaimNoted _,
          FailoverEvent.ClaimTaken _,
          FailoverEvent.ClaimIgnored _,
          FailoverEvent.ClaimForgotten _,
          FailoverEvent.PrimaryProbed _,
          FailoverEvent.PrimaryLost _,
          FailoverEvent.SearchFailed _,
          FailoverEvent.PrimaryVerified _,
          FailoverEvent.SurplusNoted _,
          FailoverEvent.MemberForgotten _,
          FailoverEvent.SeedingBegun _,
          FailoverEvent.BackupAsked _,
          FailoverEvent.BackupChosen _,
          FailoverEvent.PlaceAsked _,
          FailoverEvent.SeedingWaits _,
          FailoverEvent.AttemptProgressed _,
          FailoverEvent.ServerRestored _,
          FailoverEvent.CatchUpClaimed _ ->
          List.of();
    };
  }

  /** Readers judge a status by its age, and their clocks are the wall clock. */
  private Publication status(ShardStatus status) {
    Instant shown = SteadyClock.system().shown(status.updatedAt());
    return topics.publication(StatusReport.dated(status, shown), shown);
  }

  private Publication primaryFailed(PrimaryFoundDead dead, FailoverState after) {
    PrimaryFailed event =
        new PrimaryFailed(
            after.shard(),
            dead.incident().failed(),
            null,
            dead.incident().reason(),
            dead.at(),
            dead.incident().id(),
            dead.incident().publisher());
    return topics.publication(event, dead.at());
  }

  private Publication handedOver(DeclaredShard shard, ReplicaKept kept) {
    Seeding seeding = shard.seeding(kept.seeding()).orElseThrow();
    Assignment made = assignment(seeding);
    ReplicaHandedOver event =
        new ReplicaHandedOver(
            shard.shard(),
            kept.server(),
            made.primary(),
            ReplicaHandedOver.Cause.MADE,
            seeding.id(),
            seeding.attempt(),
            made.host(),
            made.backup());
    return topics.publication(event, kept.at());
  }

  private Publication returned(FailoverState after, MemberReturned returned) {
    ReplicaHandedOver event =
        new ReplicaHandedOver(
            after.shard(),
            returned.server(),
            returned.primary(),
            ReplicaHandedOver.Cause.RETURNED,
            null,
            null,
            null,
            null);
    return topics.publication(event, returned.at());
  }

  private Publication withdrawn(FailoverState after, MemberWithdrawn withdrawn) {
    ServerWithdrawn event =
        new ServerWithdrawn(
            after.shard(),
            withdrawn.server(),
            withdrawn.cause(),
            withdrawn.detail(),
            withdrawn.primary());
    return topics.publication(event, withdrawn.at());
  }

  private Publication answered(String shard, ClaimAnswered answered) {
    return topics.publication(answered.event(ShardName.parse(shard)), answered.at());
  }

  /** The desired state, and with the first attempt the fact that a replica is wanted. */
  private List<Publication> assigned(DeclaredShard shard, AttemptAssigned assigned) {
    List<Publication> publications = new ArrayList<>();
    Seeding seeding = shard.seeding(assigned.seeding()).orElseThrow();
    if (seeding.attempt() == 1) {
      ServerAddress primary = assigned.primary();
      ReplicaRequested requested =
          new ReplicaRequested(
              shard.shard(),
              seeding.id(),
              seeding.reason(),
              primary,
              shard.membership().healthyReplicas(primary),
              shard.replicasDesired());
      publications.add(topics.publication(requested, assigned.at()));
    }
    publications.add(desiredState(shard, assigned.seeding(), assigned.at()));
    return publications;
  }

  private Publication desiredState(DeclaredShard shard, String id, Instant at) {
    Seeding seeding = shard.seeding(id).orElseThrow();
    Goal goal = seeding.inTheMaking() ? Goal.MAKE : Goal.KEEP;
    Assignment assignment = assignment(seeding);
    SeedingAssigned desired =
        new SeedingAssigned(
            shard.shard(),
            id,
            seeding.attempt(),
            SeedingPurpose.REPLICA,
            goal,
            assignment.host(),
            assignment.primary(),
            assignment.primary(),
            new SeedingOrigin.Backup(assignment.backup()),
            assignment.hostIdentity());
    return topics.publication(desired, at);
  }

  private static Assignment assignment(Seeding seeding) {
    return switch (seeding.phase()) {
      case Making making -> making.assignment();
      case HandingOver handingOver -> handingOver.assignment();
      case Planning _ ->
          throw new IllegalStateException(seeding.id() + " has no assignment to publish");
    };
  }

  private Publication takenBack(String shard, String seeding) {
    return topics.tombstone(Topic.SEEDING_ASSIGNED, seeding, shard);
  }
}

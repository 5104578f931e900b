package io.reseed.failover;

import io.reseed.coordinator.Outlet;
import io.reseed.events.PrimaryFailed;
import io.reseed.events.ReplicaRequested;
import io.reseed.events.SeedingAssigned;
import io.reseed.events.SeedingAssigned.Goal;
import io.reseed.events.SeedingOrigin;
import io.reseed.events.SeedingPurpose;
import io.reseed.events.Topic;
import io.reseed.failover.FailoverEvent.AttemptAssigned;
import io.reseed.failover.FailoverEvent.AttemptFailed;
import io.reseed.failover.FailoverEvent.CareEnded;
import io.reseed.failover.FailoverEvent.PrimaryFoundDead;
import io.reseed.failover.FailoverEvent.ReplicaKept;
import io.reseed.failover.FailoverEvent.SeedingFinished;
import io.reseed.failover.FailoverEvent.SeedingRepointed;
import io.reseed.failover.FailoverEvent.SeedingWithdrawn;
import io.reseed.failover.FailoverEvent.StatusPublished;
import io.reseed.failover.Phase.Assignment;
import io.reseed.failover.Phase.HandingOver;
import io.reseed.failover.Phase.Making;
import io.reseed.failover.Phase.Planning;
import io.reseed.fleet.ServerAddress;
import io.reseed.kafka.EventTopics;
import io.reseed.kafka.Publication;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What of the machine's decisions the world is told. */
final class FailoverOutlet implements Outlet<FailoverState, FailoverEvent> {
  private final EventTopics topics;

  FailoverOutlet(EventTopics topics) {
    this.topics = topics;
  }

  @Override
  public Set<String> topics() {
    return Stream.of(
            Topic.PRIMARY_FAILED,
            Topic.REPLICA_REQUESTED,
            Topic.SEEDING_ASSIGNED,
            Topic.SHARD_STATUS)
        .map(topics::name)
        .collect(Collectors.toSet());
  }

  @Override
  public List<Publication> publications(String shard, FailoverEvent event, FailoverState after) {
    TransitionLog.write(shard, event, after);
    return switch (event) {
      case StatusPublished published ->
          List.of(topics.publication(published.status(), published.status().updatedAt()));
      case CareEnded _ -> List.of(topics.tombstone(Topic.SHARD_STATUS, shard, shard));
      case PrimaryFoundDead dead -> List.of(primaryFailed(dead, after));
      case AttemptAssigned assigned -> assigned((DeclaredShard) after, assigned);
      case SeedingRepointed repointed ->
          List.of(wish((DeclaredShard) after, repointed.seeding(), repointed.at()));
      case ReplicaKept kept -> List.of(wish((DeclaredShard) after, kept.seeding(), kept.at()));
      case AttemptFailed failed -> List.of(takenBack(shard, failed.seeding()));
      case SeedingFinished finished -> List.of(takenBack(shard, finished.seeding()));
      case SeedingWithdrawn withdrawn -> List.of(takenBack(shard, withdrawn.seeding()));
      case FailoverEvent.Declared _,
          FailoverEvent.IncidentRemembered _,
          FailoverEvent.LookAsked _,
          FailoverEvent.LookHastened _,
          FailoverEvent.LookEnded _,
          FailoverEvent.ObservationFailed _,
          FailoverEvent.MembersSeen _,
          FailoverEvent.HintTaken _,
          FailoverEvent.HintIgnored _,
          FailoverEvent.HintForgotten _,
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
          FailoverEvent.AttemptHeard _,
          FailoverEvent.ServerRestored _,
          FailoverEvent.CatchUpClaimed _ ->
          List.of();
    };
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

  /** The wish, and with the first attempt the fact that a replica is wanted. */
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
    publications.add(wish(shard, assigned.seeding(), assigned.at()));
    return publications;
  }

  private Publication wish(DeclaredShard shard, String id, Instant at) {
    Seeding seeding = shard.seeding(id).orElseThrow();
    Goal goal = seeding.inTheMaking() ? Goal.MAKE : Goal.KEEP;
    Assignment assignment = assignment(seeding);
    SeedingAssigned wish =
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
            null);
    return topics.publication(wish, at);
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

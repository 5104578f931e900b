package io.reseed.validator.cycle;

import io.reseed.coordinator.Publisher;
import io.reseed.events.Assignment;
import io.reseed.events.Event;
import io.reseed.events.ProofAssigned;
import io.reseed.events.SeedingAssigned;
import io.reseed.events.Topic;
import io.reseed.events.ValidationRequested;
import io.reseed.fleet.ShardName;
import io.reseed.kafka.EventTopics;
import io.reseed.kafka.Publication;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What of the machine's decisions the world is told. */
final class CyclePublisher implements Publisher<CycleState, CycleEvent> {
  private final EventTopics topics;
  private final CycleStatus status;

  CyclePublisher(EventTopics topics, CycleStatus status) {
    this.topics = topics;
    this.status = status;
  }

  @Override
  public Set<String> topics() {
    return Set.of(
        topics.name(Topic.VALIDATION_REQUESTED),
        topics.name(Topic.SEEDING_ASSIGNED),
        topics.name(Topic.PROOF_ASSIGNED),
        topics.name(Topic.BACKUP_VALIDATED),
        topics.name(Topic.VALIDATION_FAILED),
        topics.name(Topic.BACKUP_STATUS));
  }

  @Override
  public List<Publication> publications(String shard, CycleEvent event, CycleState after) {
    return switch (event) {
      case CycleEvent.OfAttempt attempt -> publications(attempt);
      case CycleEvent.Condemned condemned ->
          published(condemned.attempt(), condemned.announcement(), condemned.at());
      case CycleEvent.OrderRefused refused -> published(null, refused.announcement(), refused.at());
      case CycleEvent.VerdictRecorded recorded ->
          recorded.announcement() == null
              ? List.of()
              : published(null, recorded.announcement(), recorded.at());
      case CycleEvent.ShardForgotten _ ->
          List.of(topics.tombstone(Topic.BACKUP_STATUS, shard, shard));
      case CycleEvent.StatusChanged changed ->
          after.topology() == null
              ? List.of()
              : published(
                  null, status.of(ShardName.parse(shard), after, changed.at()), changed.at());
      case CycleEvent.TakenUp _,
          CycleEvent.ShardChanged _,
          CycleEvent.PolicyChanged _,
          CycleEvent.ListingAsked _,
          CycleEvent.ListingRead _,
          CycleEvent.ListingFailed _,
          CycleEvent.RequestSeen _,
          CycleEvent.OrderPlaced _,
          CycleEvent.CycleBegun _,
          CycleEvent.CycleDropped _,
          CycleEvent.PlaceAsked _,
          CycleEvent.Blocked _,
          CycleEvent.Retried _,
          CycleEvent.BackupSuspected _,
          CycleEvent.BackupAcquitted _,
          CycleEvent.VerdictDecided _,
          CycleEvent.VerdictAsked _,
          CycleEvent.VerdictRefused _,
          CycleEvent.VerdictDropped _,
          CycleEvent.VerdictRetried _ ->
          List.of();
    };
  }

  private List<Publication> publications(CycleEvent.OfAttempt event) {
    return switch (event) {
      case CycleEvent.AttemptAssigned assigned -> assigned(assigned);
      case CycleEvent.Repointed repointed -> assignments(repointed.assignment(), repointed.at());
      case CycleEvent.CheckOrdered ordered -> assignments(ordered.assignment(), ordered.at());
      case CycleEvent.SnapshotOrdered ordered -> assignments(ordered.assignment(), ordered.at());
      case CycleEvent.ReadBackOrdered ordered ->
          published(null, ordered.assignment(), ordered.at());
      case CycleEvent.AttemptFailed failed -> over(failed.assignment());
      case CycleEvent.CycleFailed failed ->
          published(failed.assignment(), failed.announcement(), failed.at());
      case CycleEvent.PriorUnusable unusable ->
          published(unusable.assignment(), unusable.announcement(), unusable.at());
      case CycleEvent.ReadBackFailed failed ->
          published(failed.assignment(), failed.announcement(), failed.at());
      case CycleEvent.CycleSucceeded succeeded -> over(succeeded.assignment());
      case CycleEvent.AttemptWithdrawn withdrawn -> over(withdrawn.assignment());
      case CycleEvent.ProgressSeen _, CycleEvent.StageEnded _, CycleEvent.BackupMade _ -> List.of();
    };
  }

  /** An event, after the end of the attempt that it is about, if it ends one. */
  private List<Publication> published(@Nullable Assignment ended, Event event, Instant at) {
    List<Publication> publications = new ArrayList<>(ended == null ? List.of() : over(ended));
    publications.add(topics.publication(event, at));
    return publications;
  }

  /** The cycle is announced with its first attempt. */
  private List<Publication> assigned(CycleEvent.AttemptAssigned assigned) {
    SeedingAssigned assignment = assigned.assignment();
    Plan.Aim aim = assigned.aim();
    List<Publication> publications = new ArrayList<>();
    if (assignment.attempt() == 1) {
      ValidationRequested request =
          new ValidationRequested(
              assignment.shard(),
              assignment.seeding(),
              aim.kind(),
              aim.prior() == null ? null : aim.prior().backup(),
              aim.reason());
      publications.add(topics.publication(request, assigned.at()));
    }
    publications.add(topics.publication(assignment, assigned.at()));
    return publications;
  }

  /** What each role has to know of an attempt; the order counts for no reader. */
  private List<Publication> assignments(Assignment assignment, Instant at) {
    return switch (assignment) {
      case SeedingAssigned seeding -> List.of(topics.publication(seeding, at));
      case ProofAssigned proof ->
          List.of(topics.publication(whileProven(proof), at), topics.publication(proof, at));
    };
  }

  /** What those who made the server have to know while it is being proven. */
  private static SeedingAssigned whileProven(ProofAssigned proof) {
    SeedingAssigned.Goal goal =
        switch (proof.goal()) {
          case CHECK -> SeedingAssigned.Goal.REPLICATE;
          case SNAPSHOT, READ_BACK -> SeedingAssigned.Goal.HOLD;
        };
    return new SeedingAssigned(
        proof.shard(),
        proof.seeding(),
        proof.attempt(),
        proof.purpose(),
        goal,
        proof.host(),
        proof.primary(),
        proof.source(),
        proof.origin(),
        proof.hostIdentity());
  }

  /** The end of an attempt, for each role that it was assigned to. */
  private List<Publication> over(Assignment assignment) {
    return switch (assignment) {
      case SeedingAssigned seeding -> List.of(tombstone(Topic.SEEDING_ASSIGNED, seeding));
      case ProofAssigned proof ->
          List.of(tombstone(Topic.PROOF_ASSIGNED, proof), tombstone(Topic.SEEDING_ASSIGNED, proof));
    };
  }

  private Publication tombstone(Topic topic, Assignment assignment) {
    return topics.tombstone(topic, assignment.key(), assignment.partitionKey());
  }
}

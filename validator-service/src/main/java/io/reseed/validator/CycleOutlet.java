package io.reseed.validator;

import io.reseed.events.CycleKind;
import io.reseed.events.SeedingAssigned;
import io.reseed.events.ShardName;
import io.reseed.events.Topic;
import io.reseed.events.ValidationRequested;
import io.reseed.shardruntime.Outlet;
import io.reseed.shardruntime.Publication;
import io.reseed.shardruntime.events.EventTopics;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What of the machine's decisions the world is told. */
final class CycleOutlet implements Outlet<CycleState, CycleEvent> {
  private final EventTopics topics;

  CycleOutlet(EventTopics topics) {
    this.topics = topics;
  }

  @Override
  public Set<String> topics() {
    return Set.of(
        topics.name(Topic.VALIDATION_REQUESTED),
        topics.name(Topic.SEEDING_ASSIGNED),
        topics.name(Topic.VALIDATION_FAILED),
        topics.name(Topic.BACKUP_STATUS));
  }

  @Override
  public List<Publication> publications(String shard, CycleEvent event, CycleState after) {
    return switch (event) {
      case CycleEvent.AttemptAssigned assigned -> assigned(assigned);
      case CycleEvent.Repointed repointed ->
          List.of(topics.publication(repointed.assignment(), repointed.at()));
      case CycleEvent.SnapshotOrdered ordered ->
          List.of(topics.publication(ordered.assignment(), ordered.at()));
      case CycleEvent.AttemptFailed failed -> List.of(over(failed.assignment()));
      case CycleEvent.CycleFailed failed ->
          List.of(
              over(failed.assignment()), topics.publication(failed.announcement(), failed.at()));
      case CycleEvent.BackupMade made -> List.of(over(made.assignment()));
      case CycleEvent.AttemptWithdrawn withdrawn -> List.of(over(withdrawn.assignment()));
      case CycleEvent.ShardForgotten _ ->
          List.of(topics.tombstone(Topic.BACKUP_STATUS, shard, shard));
      case CycleEvent.PictureChanged changed ->
          after.topology() == null
              ? List.of()
              : List.of(
                  topics.publication(
                      CycleStatus.of(ShardName.parse(shard), after, changed.at()), changed.at()));
      case CycleEvent.ShardChanged _,
          CycleEvent.ListingAsked _,
          CycleEvent.ListingRead _,
          CycleEvent.ListingFailed _,
          CycleEvent.CycleBegun _,
          CycleEvent.CycleDropped _,
          CycleEvent.PlaceAsked _,
          CycleEvent.Obstructed _,
          CycleEvent.LookedAgain _,
          CycleEvent.LifeHeard _ ->
          List.of();
    };
  }

  /** The cycle is announced with its first attempt. */
  private List<Publication> assigned(CycleEvent.AttemptAssigned assigned) {
    SeedingAssigned assignment = assigned.assignment();
    List<Publication> publications = new ArrayList<>();
    if (assignment.attempt() == 1) {
      ValidationRequested request =
          new ValidationRequested(
              assignment.shard(), assignment.seeding(), CycleKind.FRESH, null, assigned.reason());
      publications.add(topics.publication(request, assigned.at()));
    }
    publications.add(topics.publication(assignment, assigned.at()));
    return publications;
  }

  private Publication over(SeedingAssigned assignment) {
    return topics.tombstone(
        Topic.SEEDING_ASSIGNED, assignment.seeding(), assignment.shard().toString());
  }
}

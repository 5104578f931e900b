package io.reseed.catchup;

import io.reseed.coordinator.Publisher;
import io.reseed.events.SeedingAssigned;
import io.reseed.events.SeedingProgress;
import io.reseed.events.SeedingStage;
import io.reseed.events.Topic;
import io.reseed.fleet.Failure;
import io.reseed.kafka.EventTopics;
import io.reseed.kafka.Publication;
import io.reseed.mysql.gtid.GtidSet;
import io.reseed.mysql.replication.CatchUp;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What of the machine's decisions the world is told. */
final class CatchUpPublisher implements Publisher<CatchUpState, CatchUpEvent> {
  private final EventTopics topics;

  CatchUpPublisher(EventTopics topics) {
    this.topics = topics;
  }

  @Override
  public Set<String> topics() {
    return Set.of(
        topics.name(Topic.REPLICA_CAUGHT_UP),
        topics.name(Topic.SEEDING_FAILED),
        topics.name(Topic.SEEDING_PROGRESS));
  }

  @Override
  public List<Publication> publications(String shard, CatchUpEvent event, CatchUpState after) {
    return switch (event) {
      case CatchUpEvent.CaughtUp caughtUp ->
          List.of(topics.publication(caughtUp.announcement(), caughtUp.at()));
      case CatchUpEvent.GivenUp givenUp ->
          List.of(topics.publication(givenUp.announcement(), givenUp.at()));
      case CatchUpEvent.Progressed progressed ->
          progress(after, progressed.seeding(), progressed.at());
      case CatchUpEvent.SampleLost lost -> progress(after, lost.seeding(), lost.at());
      case CatchUpEvent.AttachDeferred deferred ->
          progress(after, deferred.seeding(), deferred.at());
      case CatchUpEvent.HandOverBlocked blocked -> progress(after, blocked.seeding(), blocked.at());
      case CatchUpEvent.AssignmentFollowed ignored -> List.of();
      case CatchUpEvent.RestoreNoted ignored -> List.of();
      case CatchUpEvent.AttachTried ignored -> List.of();
      case CatchUpEvent.AttachSucceeded ignored -> List.of();
      case CatchUpEvent.SampleTaken ignored -> List.of();
      case CatchUpEvent.ReattachDecided ignored -> List.of();
      case CatchUpEvent.TakenUp ignored -> List.of();
      case CatchUpEvent.Forgotten ignored -> List.of();
    };
  }

  /** Also a look that showed nothing is a sign of life, and says what is waited for. */
  private List<Publication> progress(CatchUpState after, String seeding, Instant at) {
    Pursuit pursuit = after.pursuit(seeding).orElse(null);
    if (pursuit instanceof Pursuit.Following following) {
      return List.of(topics.publication(progress(following, at), at));
    }
    if (pursuit instanceof Pursuit.Attaching attaching) {
      CatchUp.Progress none = new CatchUp.Progress(0, 0);
      SeedingProgress waiting =
          progress(attaching.assignment(), none, 0, attaching.trouble().message());
      return List.of(topics.publication(waiting, at));
    }
    return List.of();
  }

  private static SeedingProgress progress(Pursuit.Following following, Instant at) {
    Pursuit.Target target = following.target();
    CatchUp.Progress progress =
        CatchUp.progress(
            GtidSet.parse(target.begunWith()),
            GtidSet.parse(following.sight().executed()),
            GtidSet.parse(target.pinned()));
    long seconds = Math.max(1, Duration.between(target.attachedAt(), at).toSeconds());
    Failure error = following.sight().error();
    return progress(
        following.assignment(),
        progress,
        progress.done() / seconds,
        error == null ? null : error.code() + ": " + error.message());
  }

  private static SeedingProgress progress(
      SeedingAssigned assignment, CatchUp.Progress progress, long rate, @Nullable String note) {
    return new SeedingProgress(
        assignment.shard(),
        assignment.seeding(),
        assignment.attempt(),
        assignment.purpose(),
        assignment.host(),
        SeedingStage.CATCH_UP,
        SeedingProgress.Unit.TRANSACTIONS,
        progress.done(),
        progress.total(),
        rate,
        note);
  }
}

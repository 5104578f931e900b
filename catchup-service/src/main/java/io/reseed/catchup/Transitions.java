package io.reseed.catchup;

import io.reseed.events.BackupRestored;
import io.reseed.events.SeedingAssigned;
import io.reseed.events.SeedingAssigned.Goal;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;

/** What each event does to the state: total, and the same whenever it is asked. */
final class Transitions {
  /** A restore whose assignment was never read is forgotten after this time. */
  private static final Duration UNASSIGNED_KEPT = Duration.ofHours(1);

  private final Duration sampleInterval;

  Transitions(Duration sampleInterval) {
    this.sampleInterval = sampleInterval;
  }

  CatchUpState apply(CatchUpState state, CatchUpEvent event) {
    Optional<Pursuit> known = state.pursuit(event.seeding());
    return switch (event) {
      case CatchUpEvent.AssignmentFollowed followed ->
          state.with(event.seeding(), followed(known, followed));
      case CatchUpEvent.RestoreNoted noted -> state.with(event.seeding(), noted(known, noted));
      case CatchUpEvent.Forgotten ignored -> state.with(event.seeding(), null);
      case CatchUpEvent.TakenUp takenUp ->
          state.with(event.seeding(), known.map(one -> takenUp(one, takenUp.at())).orElse(null));
      case CatchUpEvent.AttachTried ignored -> onAttaching(state, event, Pursuit.Attaching::tried);
      case CatchUpEvent.AttachDeferred deferred ->
          onAttaching(
              state,
              event,
              attaching -> attaching.deferred(deferred.failure(), deferred.retryAt()));
      case CatchUpEvent.AttachSucceeded success ->
          onAttaching(
              state,
              event,
              attaching -> attaching.attached(success.pinned(), success.executed(), success.at()));
      case CatchUpEvent.SampleTaken ignored ->
          onFollowing(state, event, Pursuit.Following::sampleTaken);
      case CatchUpEvent.Progressed seen ->
          onFollowing(
              state,
              event,
              following ->
                  following.seen(
                      following
                          .sight()
                          .answered(seen.executed(), seen.lagMillis(), seen.error(), seen.at()),
                      seen.at().plus(sampleInterval)));
      case CatchUpEvent.SampleLost lost ->
          onFollowing(
              state,
              event,
              following ->
                  following.seen(
                      following.sight().silent(lost.failure()), lost.at().plus(sampleInterval)));
      case CatchUpEvent.HandOverBlocked blocked ->
          onFollowing(
              state,
              event,
              following ->
                  following.seen(
                      following.sight().complaining(blocked.failure()),
                      blocked.at().plus(sampleInterval)));
      case CatchUpEvent.ReattachDecided decided ->
          onFollowing(state, event, following -> following.reattach(decided.at()));
      case CatchUpEvent.CaughtUp ignored -> onFollowing(state, event, Pursuit.Following::caughtUp);
      case CatchUpEvent.GivenUp gaveUp ->
          onFollowing(
              onAttaching(
                  state, event, attaching -> attaching.gaveUp(gaveUp.announcement().failure())),
              event,
              following -> following.gaveUp(gaveUp.announcement().failure()));
    };
  }

  private static Pursuit takenUp(Pursuit pursuit, Instant at) {
    return switch (pursuit) {
      case Pursuit.Unassigned early ->
          new Pursuit.Unassigned(early.restored(), at.plus(UNASSIGNED_KEPT));
      case Pursuit.Attaching attaching -> attaching.takenUp(at);
      case Pursuit.Following following -> following.takenUp(at);
      case Pursuit.Awaiting _, Pursuit.Announced _, Pursuit.GivenUp _ -> pursuit;
    };
  }

  private static Pursuit followed(
      Optional<Pursuit> known, CatchUpEvent.AssignmentFollowed followed) {
    SeedingAssigned assignment = followed.assignment();
    if (known.isEmpty() || known.get().attempt() < assignment.attempt()) {
      return assignment.goal() == Goal.MAKE
          ? new Pursuit.Awaiting(assignment)
          : new Pursuit.Announced(assignment, null);
    }
    Instant now = followed.at();
    boolean ours = replicates(assignment.goal());
    return switch (known.get()) {
      case Pursuit.Unassigned early ->
          ours ? early.assigned(assignment, now) : early.left(assignment);
      case Pursuit.Awaiting awaiting ->
          ours ? awaiting.reassigned(assignment) : awaiting.left(assignment);
      case Pursuit.Attaching attaching -> {
        if (!ours) {
          yield attaching.left(assignment);
        }
        yield sameSource(attaching.assignment(), assignment)
            ? attaching.goneOn(assignment)
            : attaching.reassigned(assignment, now);
      }
      case Pursuit.Following following -> {
        if (!ours) {
          yield following.left(assignment);
        }
        yield sameSource(following.assignment(), assignment)
            ? following.goneOn(assignment)
            : following.reassigned(assignment, now);
      }
      case Pursuit.Announced announced -> followed(announced, assignment, now);
      case Pursuit.GivenUp givenUp -> givenUp.reassigned(assignment);
    };
  }

  private static Pursuit followed(
      Pursuit.Announced announced, SeedingAssigned assignment, Instant now) {
    BackupRestored restored = announced.restored();
    boolean mustFollow =
        replicates(assignment.goal()) && !sameSource(assignment, announced.assignment());
    return mustFollow && restored != null
        ? announced.repointed(assignment, restored, now)
        : announced.reassigned(assignment);
  }

  private static boolean sameSource(SeedingAssigned one, SeedingAssigned other) {
    return one.source().equals(other.source());
  }

  /** Whether the server is to follow its source; else it is being stopped, or not ours any more. */
  private static boolean replicates(Goal goal) {
    return switch (goal) {
      case MAKE, REPLICATE -> true;
      case HOLD, KEEP -> false;
    };
  }

  private static Pursuit noted(Optional<Pursuit> known, CatchUpEvent.RestoreNoted noted) {
    if (known.isPresent()
        && known.get() instanceof Pursuit.Awaiting awaiting
        && awaiting.attempt() == noted.restored().attempt()) {
      return awaiting.restored(noted.restored(), noted.at());
    }
    return new Pursuit.Unassigned(noted.restored(), noted.at().plus(UNASSIGNED_KEPT));
  }

  private static CatchUpState onAttaching(
      CatchUpState state, CatchUpEvent event, Function<Pursuit.Attaching, Pursuit> step) {
    return state
        .pursuit(event.seeding())
        .filter(Pursuit.Attaching.class::isInstance)
        .map(pursuit -> state.with(event.seeding(), step.apply((Pursuit.Attaching) pursuit)))
        .orElse(state);
  }

  private static CatchUpState onFollowing(
      CatchUpState state, CatchUpEvent event, Function<Pursuit.Following, Pursuit> step) {
    return state
        .pursuit(event.seeding())
        .filter(Pursuit.Following.class::isInstance)
        .map(pursuit -> state.with(event.seeding(), step.apply((Pursuit.Following) pursuit)))
        .orElse(state);
  }
}

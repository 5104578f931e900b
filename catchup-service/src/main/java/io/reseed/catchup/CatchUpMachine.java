package io.reseed.catchup;

import io.reseed.catchup.CatchUpInput.Token;
import io.reseed.coordinator.Decision;
import io.reseed.coordinator.ShardMachine;
import io.reseed.events.BackupRestored;
import io.reseed.events.ReplicaCaughtUp;
import io.reseed.events.SeedingAssigned;
import io.reseed.events.SeedingFailed;
import io.reseed.events.SeedingStage;
import io.reseed.fleet.Failure;
import io.reseed.fleet.FailureClass;
import io.reseed.fleet.FailureCode;
import io.reseed.fleet.SettingDifference;
import io.reseed.mysql.gtid.GtidSet;
import io.reseed.mysql.replication.CatchUp;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Decides how the freshly made servers of one shard catch up. It attaches a server only while its
 * attempt is the assigned one, follows the assignment when the source changes (a failover during
 * the catch-up), and gives up loudly when nothing moves.
 */
final class CatchUpMachine
    implements ShardMachine<CatchUpState, CatchUpInput, CatchUpEvent, CatchUpEffect> {
  private final CatchUpPolicy policy;
  private final Transitions transitions;

  CatchUpMachine(CatchUpPolicy policy) {
    this.policy = policy;
    this.transitions = new Transitions(policy.sampleInterval());
  }

  @Override
  public CatchUpState initial(String shard) {
    return CatchUpState.EMPTY;
  }

  @Override
  public CatchUpInput resumed() {
    return new CatchUpInput.Resumed();
  }

  @Override
  public CatchUpInput timerFired() {
    return new CatchUpInput.TimerFired();
  }

  @Override
  public Optional<Instant> wakeAt(CatchUpState state) {
    return state.pursuits().values().stream()
        .flatMap(pursuit -> pursuit.wakeAt().stream())
        .min(Instant::compareTo);
  }

  @Override
  public Decision<CatchUpEvent, CatchUpEffect> decide(
      CatchUpState state, CatchUpInput input, Instant now) {
    Steps steps = new Steps(this, state, now);
    switch (input) {
      case CatchUpInput.Assigned assigned -> onAssigned(steps, assigned.assignment(), now);
      case CatchUpInput.Withdrawn withdrawn -> {
        if (state.pursuit(withdrawn.seeding()).isPresent()) {
          steps.record(new CatchUpEvent.Forgotten(withdrawn.seeding()));
        }
      }
      case CatchUpInput.Restored restored -> onRestored(steps, restored.restored(), now);
      case CatchUpInput.Attached attached -> onAttached(steps, attached, now);
      case CatchUpInput.AttachRefused refused -> onAttachRefused(steps, refused, now);
      case CatchUpInput.Sampled sampled -> onSampled(steps, sampled, now);
      case CatchUpInput.Compared compared -> onCompared(steps, compared, now);
      case CatchUpInput.SampleMissed missed -> onSampleMissed(steps, missed, now);
      case CatchUpInput.TimerFired ignored -> onTimer(steps, now);
      case CatchUpInput.Resumed ignored -> onResumed(steps, now);
    }
    attachWhatIsDue(steps);
    return steps.decision();
  }

  private void onAssigned(Steps steps, SeedingAssigned assignment, Instant now) {
    Optional<Pursuit> known = steps.state().pursuit(assignment.seeding());
    if (known.isPresent() && known.get().attempt() > assignment.attempt()) {
      return; // an older assignment, read late
    }
    steps.record(new CatchUpEvent.AssignmentFollowed(assignment, now));
  }

  private void onRestored(Steps steps, BackupRestored restored, Instant now) {
    Optional<Pursuit> known = steps.state().pursuit(restored.seeding());
    boolean wanted =
        known.isEmpty()
            || known.get().attempt() < restored.attempt()
            || (known.get() instanceof Pursuit.Awaiting awaiting
                && awaiting.attempt() == restored.attempt());
    if (wanted) {
      steps.record(new CatchUpEvent.RestoreNoted(restored, now));
    }
  }

  private void onAttached(Steps steps, CatchUpInput.Attached attached, Instant now) {
    if (attaching(steps.state(), attached.token()).isPresent()) {
      steps.record(
          new CatchUpEvent.AttachSucceeded(
              attached.token().seeding(), attached.pinned(), attached.executed(), now));
    }
  }

  private void onAttachRefused(Steps steps, CatchUpInput.AttachRefused refused, Instant now) {
    Optional<Pursuit.Attaching> attaching = attaching(steps.state(), refused.token());
    if (attaching.isEmpty()) {
      return;
    }
    String seeding = refused.token().seeding();
    boolean mayPass =
        refused.failure().failureClass() == FailureClass.TRANSIENT && !refused.settled();
    if (mayPass && now.isBefore(attaching.get().trouble().since().plus(policy.stallMax()))) {
      steps.record(
          new CatchUpEvent.AttachDeferred(
              seeding, refused.failure(), now, now.plus(policy.retryInterval())));
    } else {
      giveUp(steps, attaching.get().assignment(), refused.failure(), now);
    }
  }

  private void onSampled(Steps steps, CatchUpInput.Sampled sampled, Instant now) {
    String seeding = sampled.token().seeding();
    if (following(steps.state(), sampled.token()).isEmpty()) {
      return;
    }
    steps.record(
        new CatchUpEvent.Progressed(
            seeding, sampled.executed(), sampled.lagMillis(), sampled.error(), now));
    Pursuit.Following following = following(steps.state(), sampled.token()).orElseThrow();
    Pursuit.Sight sight = following.sight();
    if (caughtUp(following)) {
      onCaughtUp(steps, following, now);
    } else if (sight.error() != null && lasts(sight.error())) {
      giveUp(steps, following.assignment(), sight.error(), now);
    } else if (stalledFor(sight, now).compareTo(policy.stallMax()) >= 0) {
      giveUp(steps, following.assignment(), stalled(following), now);
    } else if (!following.reattached()
        && sight.error() != null
        && stalledFor(sight, now).compareTo(policy.stallMax().dividedBy(2)) >= 0) {
      steps.record(new CatchUpEvent.ReattachDecided(seeding, now));
    }
  }

  /** What nobody is to use need not be like its peers. */
  private static void onCaughtUp(Steps steps, Pursuit.Following following, Instant now) {
    switch (following.assignment().purpose()) {
      case VALIDATION -> announce(steps, following, List.of(), now);
      case REPLICA -> {
        steps.record(new CatchUpEvent.SampleTaken(following.assignment().seeding()));
        steps.request(new CatchUpEffect.Compare(following.assignment(), following.restored()));
      }
    }
  }

  private void onCompared(Steps steps, CatchUpInput.Compared compared, Instant now) {
    Optional<Pursuit.Following> following = following(steps.state(), compared.token());
    if (following.isEmpty()) {
      return;
    }
    List<SettingDifference> blocking =
        compared.differences().stream()
            .filter(difference -> policy.differencesBlocking().contains(difference.setting()))
            .toList();
    if (blocking.isEmpty()) {
      announce(steps, following.get(), compared.differences(), now);
    } else {
      steps.record(
          new CatchUpEvent.HandOverBlocked(
              compared.token().seeding(), blocked(following.get(), blocking), now));
    }
  }

  private static Failure blocked(Pursuit.Following following, List<SettingDifference> differences) {
    return Failure.of(
        FailureCode.SETTINGS_DIFFER,
        "%s caught up and is not handed over: %s"
            .formatted(
                following.restored().server(),
                differences.stream()
                    .map(SettingDifference::toString)
                    .collect(Collectors.joining("; "))),
        "set them alike (SET PERSIST there, or the options of servers that are made), or take them"
            + " from reseed.catchup.differences-blocking; it goes on by itself");
  }

  private static void announce(
      Steps steps, Pursuit.Following following, List<SettingDifference> differences, Instant now) {
    steps.record(new CatchUpEvent.CaughtUp(announcement(following, differences, now), now));
  }

  /** Binlogs that the primary purged do not come back. */
  private static boolean lasts(Failure error) {
    return error.failureClass() != FailureClass.TRANSIENT || error.is(FailureCode.BINLOG_GAP);
  }

  private void onSampleMissed(Steps steps, CatchUpInput.SampleMissed missed, Instant now) {
    Optional<Pursuit.Following> following = following(steps.state(), missed.token());
    if (following.isEmpty()) {
      return;
    }
    String seeding = missed.token().seeding();
    Pursuit.Sight sight = following.get().sight();
    if (now.isBefore(sight.answeredAt().plus(policy.answerTimeout()))) {
      steps.record(new CatchUpEvent.SampleLost(seeding, missed.failure(), now));
    } else {
      giveUp(steps, following.get().assignment(), sight.telling(missed.failure()), now);
    }
  }

  private void onTimer(Steps steps, Instant now) {
    steps
        .state()
        .pursuits()
        .forEach(
            (seeding, pursuit) -> {
              if (pursuit.wakeAt().filter(at -> !at.isAfter(now)).isEmpty()) {
                return;
              }
              switch (pursuit) {
                case Pursuit.Unassigned ignored ->
                    steps.record(new CatchUpEvent.Forgotten(seeding));
                case Pursuit.Attaching attaching -> tryAttach(steps, attaching);
                case Pursuit.Following following -> sample(steps, following);
                case Pursuit.Awaiting ignored -> {}
                case Pursuit.Announced ignored -> {}
                case Pursuit.GivenUp ignored -> {}
              }
            });
  }

  /** Effects that were out when the shard moved here are lost: they go out again. */
  private static void onResumed(Steps steps, Instant now) {
    steps
        .state()
        .pursuits()
        .keySet()
        .forEach(seeding -> steps.record(new CatchUpEvent.TakenUp(seeding, now)));
    steps
        .state()
        .pursuits()
        .forEach(
            (seeding, pursuit) -> {
              switch (pursuit) {
                case Pursuit.Attaching attaching -> tryAttach(steps, attaching);
                case Pursuit.Following following -> sample(steps, following);
                case Pursuit.Unassigned ignored -> {}
                case Pursuit.Awaiting ignored -> {}
                case Pursuit.Announced ignored -> {}
                case Pursuit.GivenUp ignored -> {}
              }
            });
  }

  private static void attachWhatIsDue(Steps steps) {
    for (Pursuit pursuit : steps.state().pursuits().values()) {
      if (pursuit instanceof Pursuit.Attaching attaching && attaching.due()) {
        tryAttach(steps, attaching);
      }
    }
  }

  private static void tryAttach(Steps steps, Pursuit.Attaching attaching) {
    steps.record(new CatchUpEvent.AttachTried(attaching.assignment().seeding()));
    steps.request(new CatchUpEffect.Attach(attaching.assignment(), attaching.restored()));
  }

  private static void sample(Steps steps, Pursuit.Following following) {
    steps.record(new CatchUpEvent.SampleTaken(following.assignment().seeding()));
    steps.request(new CatchUpEffect.Sample(following.assignment(), following.restored()));
  }

  private boolean caughtUp(Pursuit.Following following) {
    return following.sight().error() == null
        && CatchUp.caughtUp(
            GtidSet.parse(following.sight().executed()),
            GtidSet.parse(following.target().pinned()),
            following.sight().lagSamples(),
            policy.bound());
  }

  private static void giveUp(
      Steps steps, SeedingAssigned assignment, Failure failure, Instant now) {
    SeedingFailed announcement =
        new SeedingFailed(
            assignment.shard(),
            assignment.seeding(),
            assignment.attempt(),
            assignment.purpose(),
            assignment.host(),
            SeedingStage.CATCH_UP,
            failure,
            assignment.originBackup());
    steps.record(new CatchUpEvent.GivenUp(announcement, now));
  }

  private static ReplicaCaughtUp announcement(
      Pursuit.Following following, List<SettingDifference> differences, Instant now) {
    SeedingAssigned assignment = following.assignment();
    BackupRestored restored = following.restored();
    GtidSet executed = GtidSet.parse(following.sight().executed());
    return new ReplicaCaughtUp(
        assignment.shard(),
        assignment.seeding(),
        assignment.attempt(),
        assignment.purpose(),
        assignment.host(),
        restored.server(),
        restored.serverUuid(),
        assignment.source(),
        executed.toString(),
        executed.subtract(GtidSet.parse(restored.gtidSet())).count(),
        following.sight().lagMillis().getLast(),
        Math.max(0, Duration.between(following.beganAt(), now).toMillis()),
        differences.isEmpty() ? null : differences);
  }

  private static Duration stalledFor(Pursuit.Sight sight, Instant now) {
    return Duration.between(sight.progressedAt(), now);
  }

  private Failure stalled(Pursuit.Following following) {
    Failure error = following.sight().error();
    if (error != null) {
      return error;
    }
    return Failure.of(
        FailureCode.CATCH_UP_STALLED,
        "%s executed nothing from %s for %d s, without a replication error"
            .formatted(
                following.restored().server(),
                following.assignment().source(),
                policy.stallMax().toSeconds()),
        "look for a lock or a long transaction on the server; Reseed makes another attempt");
  }

  private static Optional<Pursuit.Attaching> attaching(CatchUpState state, Token token) {
    return state
        .pursuit(token.seeding())
        .filter(Pursuit.Attaching.class::isInstance)
        .map(Pursuit.Attaching.class::cast)
        .filter(attaching -> fits(attaching.assignment(), token));
  }

  private static Optional<Pursuit.Following> following(CatchUpState state, Token token) {
    return state
        .pursuit(token.seeding())
        .filter(Pursuit.Following.class::isInstance)
        .map(Pursuit.Following.class::cast)
        .filter(following -> fits(following.assignment(), token));
  }

  private static boolean fits(SeedingAssigned assignment, Token token) {
    return assignment.attempt() == token.attempt()
        && assignment.source().toString().equals(token.source());
  }

  @Override
  public CatchUpState apply(CatchUpState state, CatchUpEvent event) {
    return transitions.apply(state, event);
  }
}

package io.reseed.failover.machine;

import io.reseed.events.ShardStatus;
import io.reseed.failover.machine.Leadership.Led;
import io.reseed.failover.machine.Leadership.Lost;
import io.reseed.failover.machine.Leadership.Unconfirmed;
import io.reseed.failover.machine.Membership.Member;
import io.reseed.fleet.ServerAddress;
import io.reseed.fleet.ShardName;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A shard in Reseed's care.
 *
 * @param declared the servers that the newest declaration names
 * @param seedings replicas in the making, and those whose host has yet to record the hand-over
 * @param nextObservation not stored, like the times of observations, see {@link Kept}
 * @param ticketNext the number under which the next answer about a seeding is awaited
 * @param surplusSince since when fewer replicas are missing than are in the making
 * @param status as last published
 * @param claims what publishers claimed, as far as it is to be answered
 */
public record DeclaredShard(
    ShardName shard,
    int replicasDesired,
    List<ServerAddress> declared,
    Leadership leadership,
    Membership membership,
    List<Seeding> seedings,
    NextObservation nextObservation,
    Freshness freshness,
    long ticketNext,
    @Nullable Instant surplusSince,
    @Nullable ShardStatus status,
    Claims claims)
    implements FailoverState {

  /** Copies. */
  public DeclaredShard {
    declared = List.copyOf(declared);
    seedings = List.copyOf(seedings);
    // a state that an older release stored does not say
    freshness = Objects.requireNonNullElse(freshness, Freshness.NEVER_OBSERVED);
    claims = Objects.requireNonNullElse(claims, Claims.NONE);
  }

  /**
   * The observation that is awaited, or that comes next.
   *
   * @param ticket whose answer is awaited; others are stale
   * @param asked whether it is awaited
   * @param again whether news came since the last one was asked for: observe at once when it is
   *     back
   * @param at when it was asked for, or is due
   * @param silences observations in a row, up to the last one, in which no server answered
   */
  record NextObservation(long ticket, boolean asked, boolean again, Instant at, int silences) {
    boolean awaits(long answered) {
      return asked && ticket == answered;
    }

    /** Asked for; a second time under its ticket, it is still the one that news may follow. */
    private NextObservation asked(long number, Instant now) {
      return new NextObservation(number, true, awaits(number) && again, now, silences);
    }

    private NextObservation hastened() {
      return new NextObservation(ticket, asked, true, at, silences);
    }

    private NextObservation back(Instant next, int silencesNow) {
      return new NextObservation(ticket, false, again, next, silencesNow);
    }
  }

  static DeclaredShard begin(
      ShardName shard, FailoverEvent.Declared event, @Nullable Incident remembered, Claims claims) {
    // a claim about an undeclared shard counts only if it is about the servers declared now
    boolean fits = remembered != null && remembered.speaksOf(event.servers());
    return new DeclaredShard(
        shard,
        event.replicasDesired(),
        event.servers(),
        new Unconfirmed(fits ? remembered : null, null),
        Membership.declared(event.servers(), event.at()),
        List.of(),
        new NextObservation(0, false, false, event.at(), 0),
        Freshness.NEVER_OBSERVED,
        1,
        null,
        null,
        claims);
  }

  DeclaredShard declaredAnew(FailoverEvent.Declared event) {
    return new DeclaredShard(
        shard,
        event.replicasDesired(),
        event.servers(),
        leadership,
        membership.withAll(event.servers(), event.at()),
        seedings,
        nextObservation,
        freshness,
        ticketNext,
        surplusSince,
        status,
        claims);
  }

  /** Whether a declaration says what is known already. */
  public boolean isDeclaredAs(FailoverInput input) {
    return input instanceof FailoverInput.Declaration declaration
        && declaration.replicasDesired() == replicasDesired
        && declaration.servers().equals(declared);
  }

  Unknown withdrawn() {
    return new Unknown(shard);
  }

  DeclaredShard withStatus(ShardStatus published) {
    Change change = new Change(this);
    change.status = published;
    return change.made();
  }

  DeclaredShard with(Claims next) {
    Change change = new Change(this);
    change.claims = next;
    return change.made();
  }

  /** As it is stored, see {@link Kept}. */
  @Override
  public DeclaredShard kept() {
    Change change = new Change(this);
    boolean exact = Kept.isExact(this);
    change.nextObservation = Kept.nextObservation();
    change.membership = Kept.membership(membership);
    change.freshness = Kept.freshness(this, exact);
    change.status = exact ? status : Kept.status(shard, status);
    return change.made();
  }

  public Optional<Seeding> seeding(String id) {
    return seedings.stream().filter(seeding -> seeding.id().equals(id)).findFirst();
  }

  /** How many replicas are being made, or are meant to be. */
  int inTheMaking() {
    return (int) seedings.stream().filter(Seeding::inTheMaking).count();
  }

  /** The state after an event. */
  DeclaredShard after(FailoverEvent.OfShard event) {
    return switch (event) {
      case FailoverEvent.ObservationRequested asked ->
          next(nextObservation.asked(asked.ticket(), asked.at()))
              .known(freshness.awaited(asked.awaitedSince()));
      case FailoverEvent.TakenUp takenUp -> takenUp(takenUp);
      case FailoverEvent.ObservationHastened _ -> next(nextObservation.hastened());
      case FailoverEvent.ObservationConcluded ended ->
          next(nextObservation.back(ended.next(), ended.silences()))
              .known(Freshness.observed(ended.at()));
      case FailoverEvent.ObservationFailed failed ->
          next(nextObservation.back(failed.next(), failed.silences()))
              .known(freshness.failed(failed.failure()));
      case FailoverEvent.MembersObserved seen -> of(seen.membership());
      case FailoverEvent.ClaimTaken taken -> of(claimed(taken));
      case FailoverEvent.ClaimIgnored _ -> this;
      case FailoverEvent.ClaimForgotten _ when leadership instanceof Led led ->
          of(led.withoutClaim());
      case FailoverEvent.PrimaryProbed probed when leadership instanceof Led led ->
          of(led.probed(probed.failures()));
      case FailoverEvent.PrimaryFoundDead dead when leadership instanceof Led led ->
          of(led.lost(dead.incident(), dead.failure()));
      case FailoverEvent.PrimaryLost lost when leadership instanceof Led led ->
          of(led.lost(lost.incident(), lost.failure()));
      case FailoverEvent.SearchFailed failed -> of(searched(failed));
      case FailoverEvent.PrimaryVerified verified -> ledBy(verified);
      case FailoverEvent.SurplusNoted noted -> surplus(noted.since());
      case FailoverEvent.MemberWithdrawn withdrawn ->
          of(membership.marked(withdrawn.server(), true));
      case FailoverEvent.MemberReturned returned -> of(membership.marked(returned.server(), false));
      case FailoverEvent.MemberForgotten forgotten -> of(membership.without(forgotten.server()));
      case FailoverEvent.SeedingBegun begun -> begins(begun);
      case FailoverEvent.SeedingFinished finished -> ends(finished.seeding());
      case FailoverEvent.SeedingWithdrawn withdrawn -> ends(withdrawn.seeding());
      case FailoverEvent.OfSeeding ofSeeding -> goesOn(ofSeeding);
      case FailoverEvent.ClaimForgotten _,
          FailoverEvent.PrimaryProbed _,
          FailoverEvent.PrimaryFoundDead _,
          FailoverEvent.PrimaryLost _ ->
          this;
    };
  }

  private DeclaredShard takenUp(FailoverEvent.TakenUp event) {
    Change change = new Change(this);
    change.leadership =
        leadership instanceof Led led ? led.takenUp(event.claimUntil()) : leadership;
    change.membership = membership.takenUp(event.at());
    change.seedings =
        seedings.stream().map(seeding -> seeding.takenUp(event.at(), event.waitUntil())).toList();
    change.freshness = freshness.takenUp(event.at());
    change.surplusSince = surplusSince == null ? null : event.at();
    return change.made();
  }

  private Leadership claimed(FailoverEvent.ClaimTaken taken) {
    return switch (leadership) {
      case Unconfirmed unconfirmed -> unconfirmed.claimed(taken.incident());
      case Led led -> led.claimed(taken.incident(), taken.until());
      case Lost lost -> lost.claimed(taken.incident());
    };
  }

  private Leadership searched(FailoverEvent.SearchFailed failed) {
    return switch (leadership) {
      case Unconfirmed unconfirmed -> unconfirmed.searched(failed.failure());
      case Led led -> led;
      case Lost lost -> lost.searched(failed.failure());
    };
  }

  private DeclaredShard ledBy(FailoverEvent.PrimaryVerified event) {
    Leadership led =
        switch (leadership) {
          case Unconfirmed unconfirmed -> unconfirmed.verified(event.primary(), event.uuid());
          case Led already -> already;
          case Lost lost -> lost.verified(event.primary(), event.uuid());
        };
    ServerAddress failed = event.retires();
    Membership remaining = failed == null ? membership : membership.retiring(failed);
    return of(led)
        .of(remaining.with(Member.healthy(event.primary())).ledAnew(failed != null, event.at()));
  }

  private DeclaredShard begins(FailoverEvent.SeedingBegun begun) {
    List<Seeding> more = new ArrayList<>(seedings);
    more.add(Seeding.begin(begun));
    return making(more).issued(begun.ticket());
  }

  private DeclaredShard ends(String seeding) {
    return making(seedings.stream().filter(other -> !other.id().equals(seeding)).toList());
  }

  private DeclaredShard goesOn(FailoverEvent.OfSeeding event) {
    UnaryOperator<Seeding> step =
        seeding -> seeding.id().equals(event.seeding()) ? seeding.after(event) : seeding;
    DeclaredShard next = making(seedings.stream().map(step).toList());
    return switch (event) {
      case FailoverEvent.BackupAsked asked -> next.issued(asked.ticket());
      case FailoverEvent.BackupChosen chosen -> next.issued(chosen.ticket());
      case FailoverEvent.PlaceAsked asked -> next.issued(asked.ticket());
      case FailoverEvent.ReplicaKept kept ->
          next.of(membership.with(Member.healthy(kept.server())));
      case FailoverEvent.AttemptAssigned _,
          FailoverEvent.SeedingWaits _,
          FailoverEvent.AttemptProgressed _,
          FailoverEvent.ServerRestored _,
          FailoverEvent.CatchUpClaimed _,
          FailoverEvent.SeedingRepointed _,
          FailoverEvent.AttemptFailed _ ->
          next;
    };
  }

  private DeclaredShard surplus(@Nullable Instant since) {
    Change change = new Change(this);
    change.surplusSince = since;
    return change.made();
  }

  private DeclaredShard issued(long ticket) {
    Change change = new Change(this);
    change.ticketNext = Math.max(ticketNext, ticket + 1);
    return change.made();
  }

  private DeclaredShard of(Leadership next) {
    Change change = new Change(this);
    change.leadership = next;
    return change.made();
  }

  private DeclaredShard of(Membership next) {
    Change change = new Change(this);
    change.membership = next;
    return change.made();
  }

  private DeclaredShard making(List<Seeding> next) {
    Change change = new Change(this);
    change.seedings = next;
    return change.made();
  }

  private DeclaredShard known(Freshness next) {
    Change change = new Change(this);
    change.freshness = next;
    return change.made();
  }

  private DeclaredShard next(NextObservation next) {
    Change change = new Change(this);
    change.nextObservation = next;
    return change.made();
  }

  /** A copy with one thing changed, while it is made; what is declared stays. */
  private static final class Change {
    private final DeclaredShard from;
    private Leadership leadership;
    private Membership membership;
    private List<Seeding> seedings;
    private NextObservation nextObservation;
    private Freshness freshness;
    private long ticketNext;
    private @Nullable Instant surplusSince;
    private @Nullable ShardStatus status;
    private Claims claims;

    Change(DeclaredShard from) {
      this.from = from;
      leadership = from.leadership;
      membership = from.membership;
      seedings = from.seedings;
      nextObservation = from.nextObservation;
      freshness = from.freshness;
      ticketNext = from.ticketNext;
      surplusSince = from.surplusSince;
      status = from.status;
      claims = from.claims;
    }

    DeclaredShard made() {
      return new DeclaredShard(
          from.shard,
          from.replicasDesired,
          from.declared,
          leadership,
          membership,
          seedings,
          nextObservation,
          freshness,
          ticketNext,
          surplusSince,
          status,
          claims);
    }
  }
}

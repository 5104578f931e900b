package io.reseed.failover.machine;

import io.reseed.events.FailoverFact;
import io.reseed.events.FailoverFact.ClaimAnswered.Outcome;
import io.reseed.events.FailoverFact.ServerWithdrawn.Cause;
import io.reseed.events.ShardStatus;
import io.reseed.failover.machine.Claims.Claim;
import io.reseed.fleet.Failure;
import io.reseed.fleet.ServerAddress;
import io.reseed.fleet.ShardName;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What was decided about a shard; the only thing that changes its state. */
public sealed interface FailoverEvent {

  /** The shard is in Reseed's care, or what is wanted of it changed. */
  record Declared(int replicasDesired, List<ServerAddress> servers, Instant at)
      implements FailoverEvent {
    public Declared {
      servers = List.copyOf(servers);
    }
  }

  /** The shard is out of Reseed's care; its status is taken back. */
  record CareEnded(String why) implements FailoverEvent {}

  /** A claim about a shard that nobody declared is kept until somebody does. */
  record IncidentRemembered(Incident incident, Instant at) implements FailoverEvent {}

  /** A claim is to be answered. */
  record ClaimNoted(Claim claim) implements FailoverEvent {}

  /**
   * A claim is answered; that is published.
   *
   * @param primary the verified one, if there is one
   * @param failure what is waited for, where it is not a matter of the next look alone
   */
  record ClaimAnswered(
      Claim claim,
      Outcome outcome,
      String detail,
      @Nullable ServerAddress primary,
      @Nullable Failure failure,
      Instant at)
      implements FailoverEvent {
    /** For the publisher of the claim. */
    public FailoverFact.ClaimAnswered event(ShardName shard) {
      return new FailoverFact.ClaimAnswered(
          shard,
          claim.id(),
          claim.source(),
          claim.failed(),
          claim.promoted(),
          claim.incident(),
          claim.publisher(),
          outcome,
          detail,
          primary,
          failure);
    }
  }

  /** The status snapshot changed, or is due again. */
  record StatusPublished(ShardStatus status) implements FailoverEvent {}

  /** What happens to a declared shard. */
  sealed interface OfShard extends FailoverEvent {}

  /**
   * An instance took the shard up. How long ago anything was, nobody knows: the clock may be
   * another one, and nobody listened. So whatever is waited for is waited for anew.
   *
   * @param claimUntil when a claim is forgotten
   * @param waitUntil when seedings that rest go on
   */
  record TakenUp(Instant at, Instant claimUntil, Instant waitUntil) implements OfShard {}

  /**
   * An observation was asked for.
   *
   * @param awaitedSince when the first one since the last that succeeded was asked for
   */
  record ObservationRequested(long ticket, Instant at, Instant awaitedSince) implements OfShard {}

  /** Something changed since the observation was asked for: observe again when it comes back. */
  record ObservationHastened() implements OfShard {}

  /**
   * The observation came back: what is known of the servers is of that moment.
   *
   * @param silences observations in a row, up to this one, in which no server answered
   */
  record ObservationConcluded(Instant at, Instant next, int silences) implements OfShard {}

  /**
   * The servers could not be observed; what is known of them is as old as before.
   *
   * @param silences as in {@link ObservationConcluded}
   */
  record ObservationFailed(Failure failure, Instant next, int silences) implements OfShard {}

  /** What the observation showed of the members. */
  record MembersObserved(Membership membership) implements OfShard {}

  /** A publisher's claim about the current primary is taken up. */
  record ClaimTaken(Incident incident, Instant until) implements OfShard {}

  /** A publisher's claim changes nothing. */
  record ClaimIgnored(Incident incident, String why) implements OfShard {}

  /** The primary was seen well for so long that the claim about it is forgotten. */
  record ClaimForgotten(ServerAddress primary) implements OfShard {}

  /** In how many observations in a row the primary did not answer. */
  record PrimaryProbed(ServerAddress primary, int failures) implements OfShard {}

  /** The detector itself found the primary dead, by both signs; that is published. */
  record PrimaryFoundDead(Incident incident, Failure failure, Instant at) implements OfShard {}

  /** The primary is no primary any more, as a publisher claims or as it shows itself. */
  record PrimaryLost(Incident incident, Failure failure) implements OfShard {}

  /** The search for a primary failed for another reason than before. */
  record SearchFailed(Failure failure) implements OfShard {}

  /**
   * A primary is verified.
   *
   * @param uuid its server_uuid: replicas may know it by another name
   * @param retires the server that is no primary after all: it leaves the members, and is watched
   */
  record PrimaryVerified(
      ServerAddress primary, String uuid, @Nullable ServerAddress retires, Instant at)
      implements OfShard {}

  /** Since when there are more replicas than wanted, counting those in the making; or no more. */
  record SurplusNoted(@Nullable Instant since) implements OfShard {}

  /**
   * A server is out of service, and that is published: a replica that is lost for good as far as
   * anybody can see, or the former primary.
   *
   * @param primary who succeeded the former primary, or leads the shard
   */
  record MemberWithdrawn(
      ServerAddress server, Cause cause, String detail, ServerAddress primary, Instant at)
      implements OfShard {}

  /** A server that was withdrawn as lost does its work again, and that is published. */
  record MemberReturned(ServerAddress server, ServerAddress primary, Instant at)
      implements OfShard {}

  /** A missing member is given up because its replacement was announced. */
  record MemberForgotten(ServerAddress server) implements OfShard {}

  /** A replica is to be made. */
  record SeedingBegun(String seeding, String reason, long ticket, Instant at) implements OfShard {}

  /** The host recorded that the server belongs to the fleet; the assignment is taken back. */
  record SeedingFinished(String seeding, int attempt) implements OfShard {}

  /** The seeding is given up; the assignment is taken back. */
  record SeedingWithdrawn(String seeding, int attempt, String why) implements OfShard {}

  /** What happens to one seeding. */
  sealed interface OfSeeding extends OfShard {
    String seeding();
  }

  /** A backup is asked for. */
  record BackupAsked(String seeding, long ticket, Instant at) implements OfSeeding {}

  /** A backup was chosen, and a place is asked for under the ticket. */
  record BackupChosen(String seeding, String backup, long bytes, long ticket, Instant at)
      implements OfSeeding {}

  /**
   * A place is asked for again.
   *
   * @param anyHost hosts where an attempt failed are welcome again
   */
  record PlaceAsked(String seeding, long ticket, boolean anyHost, Instant at)
      implements OfSeeding {}

  /** The next attempt begins on a host. */
  record AttemptAssigned(
      String seeding, String host, @Nullable String hostIdentity, ServerAddress primary, Instant at)
      implements OfSeeding {}

  /** Nothing can be done for now. */
  record SeedingWaits(String seeding, Failure failure, boolean blocked, Instant until)
      implements OfSeeding {}

  /** A heartbeat of the current attempt. */
  record AttemptProgressed(String seeding, Instant at) implements OfSeeding {}

  /** The server runs, fenced, with exactly its backup's transactions. */
  record ServerRestored(String seeding, ServerAddress server, Instant at) implements OfSeeding {}

  /** The server is reported as caught up; it is asked itself before that counts. */
  record CatchUpClaimed(String seeding, ServerAddress server, Instant at) implements OfSeeding {}

  /** The attempt goes on with another primary. */
  record SeedingRepointed(String seeding, ServerAddress primary, Instant at) implements OfSeeding {}

  /**
   * The current attempt failed; its assignment is taken back so that its host cleans up.
   *
   * @param failuresInARow the count from here on
   */
  record AttemptFailed(
      String seeding,
      int attempt,
      Failure failure,
      boolean blocked,
      int failuresInARow,
      Instant until)
      implements OfSeeding {}

  /** The server proved itself: it belongs to the fleet. */
  record ReplicaKept(String seeding, ServerAddress server, Instant at) implements OfSeeding {}
}

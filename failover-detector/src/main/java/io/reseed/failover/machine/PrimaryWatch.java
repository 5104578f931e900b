package io.reseed.failover.machine;

import io.reseed.events.FailoverFact.ServerWithdrawn.Cause;
import io.reseed.failover.machine.FailoverEvent.ClaimForgotten;
import io.reseed.failover.machine.FailoverEvent.ClaimIgnored;
import io.reseed.failover.machine.FailoverEvent.ClaimTaken;
import io.reseed.failover.machine.FailoverEvent.MemberWithdrawn;
import io.reseed.failover.machine.FailoverEvent.PrimaryFoundDead;
import io.reseed.failover.machine.FailoverEvent.PrimaryLost;
import io.reseed.failover.machine.FailoverEvent.PrimaryProbed;
import io.reseed.failover.machine.FailoverEvent.PrimaryVerified;
import io.reseed.failover.machine.FailoverEvent.SearchFailed;
import io.reseed.failover.machine.Leadership.Led;
import io.reseed.failover.machine.Leadership.Lost;
import io.reseed.failover.machine.Leadership.Unconfirmed;
import io.reseed.failover.machine.PrimarySearch.Outcome;
import io.reseed.failover.machine.ProbeResult.Answered;
import io.reseed.failover.machine.ProbeResult.Unobserved;
import io.reseed.fleet.Failure;
import io.reseed.fleet.ServerAddress;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Decides who leads a shard, from what publishers claim and what the servers show. Pure. A claim
 * alone changes nothing: it only lets the next observation conclude sooner, and names what to
 * observe.
 */
final class PrimaryWatch {
  /** Who says so when the detector itself does. */
  static final String PUBLISHER = "failover-detector";

  private final FailoverPolicy policy;

  PrimaryWatch(FailoverPolicy policy) {
    this.policy = policy;
  }

  /**
   * Takes up a publisher's claim about a declared shard; true if an observation should follow at
   * once.
   */
  boolean consider(Draft draft, FailoverInput.Claim claim) {
    Incident report = claim.incident();
    DeclaredShard shard = draft.shard();
    return switch (shard.leadership()) {
      case Unconfirmed _ -> {
        boolean ours = report.speaksOf(shard.membership().servers());
        yield ours ? take(draft, report) : ignore(draft, claim, WRONG_SHARD);
      }
      case Led led -> {
        if (report.failed().equals(led.primary())) {
          yield take(draft, report);
        }
        boolean ours = isKnown(shard, report.failed());
        if (shard.membership().retired().contains(report.failed())) {
          // told late, of what is over: answered by who leads now
          draft.record(new ClaimIgnored(report, "the server is not the primary any more"));
        } else {
          ignore(draft, claim, ours ? "the server is not the primary" : WRONG_SHARD);
        }
        yield ours;
      }
      case Lost lost -> {
        boolean same = report.failed().equals(lost.incident().failed());
        boolean ours = same || isKnown(shard, report.failed());
        yield ours ? take(draft, report) : ignore(draft, claim, WRONG_SHARD);
      }
    };
  }

  /** Why a claim that names none of the shard's servers is ignored. */
  static final String WRONG_SHARD = "the server is no member of this shard";

  private static boolean isKnown(DeclaredShard shard, ServerAddress server) {
    return shard.membership().contains(server)
        || shard.membership().retired().contains(server)
        || shard.leadership().unsettledClaim().filter(i -> i.named().contains(server)).isPresent();
  }

  private boolean take(Draft draft, Incident report) {
    Leadership before = draft.shard().leadership();
    ClaimTaken taken = new ClaimTaken(report, draft.now().plus(policy.claimRetention()));
    boolean news =
        before.unsettledClaim().map(known -> !known.with(report).equals(known)).orElse(true);
    if (news) {
      draft.record(taken);
    }
    return true;
  }

  private static boolean ignore(Draft draft, FailoverInput.Claim claim, String why) {
    draft.record(new ClaimIgnored(claim.incident(), why));
    Answers.ignore(draft, claim.claim(), why);
    return false;
  }

  /** Judges what an observation showed. */
  void judge(Draft draft, ShardSnapshot snapshot) {
    switch (draft.shard().leadership()) {
      case Unconfirmed unconfirmed -> search(draft, snapshot, unconfirmed.claim());
      case Lost lost -> search(draft, snapshot, lost.incident());
      case Led led -> check(draft, snapshot, led);
    }
  }

  private void search(Draft draft, ShardSnapshot snapshot, @Nullable Incident incident) {
    switch (PrimarySearch.search(draft.shard(), snapshot, incident)) {
      case Outcome.Found found -> verify(draft, snapshot, incident, found);
      case Outcome.None none -> {
        Failure known =
            switch (draft.shard().leadership()) {
              case Unconfirmed unconfirmed -> unconfirmed.failure();
              case Lost lost -> lost.failure();
              case Led _ -> null;
            };
        if (!Objects.equals(none.failure(), known)) {
          draft.record(new SearchFailed(none.failure()));
        }
      }
    }
  }

  private static void verify(
      Draft draft, ShardSnapshot snapshot, @Nullable Incident incident, Outcome.Found found) {
    ServerAddress primary = found.primary();
    ServerAddress retires = null;
    if (incident != null && !incident.failed().equals(primary)) {
      boolean follows =
          snapshot
              .answered(incident.failed())
              .filter(failed -> failed.replicatesFrom(primary, snapshot.of(primary)))
              .isPresent();
      retires = follows ? null : incident.failed();
    } else if (incident != null) {
      // a successor that was named in vain is watched like a former primary
      retires =
          incident.named().stream()
              .filter(named -> !draft.shard().membership().contains(named))
              .findFirst()
              .orElse(null);
    }
    if (retires != null && draft.shard().membership().isInService(retires)) {
      String detail = "%s is the primary instead of it".formatted(primary);
      draft.record(new MemberWithdrawn(retires, Cause.SUCCEEDED, detail, primary, draft.now()));
    }
    draft.record(new PrimaryVerified(primary, found.uuid(), retires, draft.now()));
  }

  private void check(Draft draft, ShardSnapshot snapshot, Led led) {
    switch (snapshot.of(led.primary())) {
      case Answered primary when primary.writable() -> stands(draft, snapshot, led);
      case Answered _ -> {
        Incident incident =
            led.claim() != null ? led.claim() : ownIncident(led, "it accepts no writes any more");
        lose(draft, snapshot, incident, false);
      }
      case Unobserved unobserved when unobserved.listens() -> {
        // something answers there: neither dead nor fine, the next observations will show
      }
      case Unobserved _ -> unanswered(draft, snapshot, led);
      case null -> {
        // the observation was asked for before this server led the shard
      }
    }
  }

  private static Incident ownIncident(Led led, String reason) {
    return new Incident(led.primary(), List.of(), reason, PUBLISHER, null);
  }

  private void stands(Draft draft, ShardSnapshot snapshot, Led led) {
    if (led.probeFailures() > 0) {
      draft.record(new PrimaryProbed(led.primary(), 0));
    }
    Incident claim = led.claim();
    if (claim == null) {
      return;
    }
    boolean successorAcceptsWrites =
        claim.named().stream()
            .flatMap(server -> snapshot.answered(server).stream())
            .anyMatch(Answered::acceptsWrites);
    if (successorAcceptsWrites) {
      lose(draft, snapshot, claim, false);
    } else if (led.claimUntil() == null || !draft.now().isBefore(led.claimUntil())) {
      draft.record(new ClaimForgotten(led.primary()));
    }
  }

  private void unanswered(Draft draft, ShardSnapshot snapshot, Led led) {
    int failures = led.probeFailures() + 1;
    draft.record(new PrimaryProbed(led.primary(), failures));
    if (receivedFrom(draft.shard(), snapshot, led)) {
      return;
    }
    if (led.claim() != null) {
      lose(draft, snapshot, led.claim(), false);
    } else if (failures >= policy.primaryProbeFailures()
        && witnessed(draft.shard(), snapshot, led)) {
      String reason =
          "it did not answer %d times in a row and no replica receives from it".formatted(failures);
      lose(draft, snapshot, ownIncident(led, reason), true);
    }
  }

  /**
   * The primary did not answer this time, so a replica's other name for it is known by its UUID.
   */
  private static boolean receivedFrom(DeclaredShard shard, ShardSnapshot snapshot, Led led) {
    ServerAddress primary = led.primary();
    String uuid = led.uuid();
    return shard.membership().servers().stream()
        .flatMap(server -> snapshot.answered(server).stream())
        .anyMatch(
            replica ->
                replica.receivesFrom(primary, snapshot.of(primary))
                    || (uuid != null && replica.receivesFrom(uuid)));
  }

  /** When no replica answers either, it is more likely the detector that is cut off. */
  private static boolean witnessed(DeclaredShard shard, ShardSnapshot snapshot, Led led) {
    List<ServerAddress> others =
        shard.membership().servers().stream().filter(s -> !s.equals(led.primary())).toList();
    return others.isEmpty() || others.stream().anyMatch(s -> snapshot.answered(s).isPresent());
  }

  private static void lose(
      Draft draft, ShardSnapshot snapshot, Incident incident, boolean foundDead) {
    DeclaredShard shard = draft.shard();
    Outcome outcome = PrimarySearch.search(shard, snapshot, incident);
    Failure failure =
        switch (outcome) {
          case Outcome.Found _ ->
              FailureCatalogue.promotionAwaited(shard.shard(), incident.failed());
          case Outcome.None none -> none.failure();
        };
    draft.record(
        foundDead
            ? new PrimaryFoundDead(incident, failure, draft.now())
            : new PrimaryLost(incident, failure));
    if (outcome instanceof Outcome.Found found) {
      verify(draft, snapshot, incident, found);
    }
  }
}

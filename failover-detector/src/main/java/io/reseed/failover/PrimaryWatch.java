package io.reseed.failover;

import io.reseed.failover.FailoverEvent.HintForgotten;
import io.reseed.failover.FailoverEvent.HintIgnored;
import io.reseed.failover.FailoverEvent.HintTaken;
import io.reseed.failover.FailoverEvent.PrimaryFoundDead;
import io.reseed.failover.FailoverEvent.PrimaryLost;
import io.reseed.failover.FailoverEvent.PrimaryProbed;
import io.reseed.failover.FailoverEvent.PrimaryVerified;
import io.reseed.failover.FailoverEvent.SearchFailed;
import io.reseed.failover.Leadership.Led;
import io.reseed.failover.Leadership.Lost;
import io.reseed.failover.Leadership.Unconfirmed;
import io.reseed.failover.PrimarySearch.Outcome;
import io.reseed.failover.Sighting.Answered;
import io.reseed.failover.Sighting.Silent;
import io.reseed.fleet.Failure;
import io.reseed.fleet.ServerAddress;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Decides who leads a shard, from what publishers claim and what the servers show. Pure. A claim
 * alone changes nothing: it only lets the next look conclude sooner, and names where to look.
 */
final class PrimaryWatch {
  /** Who says so when the detector itself does. */
  static final String PUBLISHER = "failover-detector";

  private final FailoverPolicy policy;

  PrimaryWatch(FailoverPolicy policy) {
    this.policy = policy;
  }

  /** Takes up a publisher's claim about a declared shard; true if a look should follow at once. */
  boolean hear(Draft draft, Incident report) {
    DeclaredShard shard = draft.shard();
    return switch (shard.leadership()) {
      case Unconfirmed _ -> {
        boolean ours = report.speaksOf(shard.membership().servers());
        yield ours ? take(draft, report) : ignore(draft, report, WRONG_SHARD);
      }
      case Led led -> {
        if (report.failed().equals(led.primary())) {
          yield take(draft, report);
        }
        boolean ours = isKnown(shard, report.failed());
        ignore(draft, report, ours ? "the server is not the primary" : WRONG_SHARD);
        yield ours;
      }
      case Lost lost -> {
        boolean same = report.failed().equals(lost.incident().failed());
        boolean ours = same || isKnown(shard, report.failed());
        yield ours ? take(draft, report) : ignore(draft, report, WRONG_SHARD);
      }
    };
  }

  private static final String WRONG_SHARD = "the server is no member of this shard";

  private static boolean isKnown(DeclaredShard shard, ServerAddress server) {
    return shard.membership().contains(server)
        || shard.membership().retired().contains(server)
        || shard.leadership().claim().filter(i -> i.named().contains(server)).isPresent();
  }

  private boolean take(Draft draft, Incident report) {
    Leadership before = draft.shard().leadership();
    HintTaken taken = new HintTaken(report, draft.now().plus(policy.hintKept()));
    boolean news = before.claim().map(known -> !known.with(report).equals(known)).orElse(true);
    if (news) {
      draft.record(taken);
    }
    return true;
  }

  private static boolean ignore(Draft draft, Incident report, String why) {
    draft.record(new HintIgnored(report, why));
    return false;
  }

  /** Judges what a look showed. */
  void judge(Draft draft, View view) {
    switch (draft.shard().leadership()) {
      case Unconfirmed unconfirmed -> search(draft, view, unconfirmed.hint());
      case Lost lost -> search(draft, view, lost.incident());
      case Led led -> check(draft, view, led);
    }
  }

  private void search(Draft draft, View view, @Nullable Incident incident) {
    switch (PrimarySearch.search(draft.shard(), view, incident)) {
      case Outcome.Found found -> verify(draft, view, incident, found);
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
      Draft draft, View view, @Nullable Incident incident, Outcome.Found found) {
    ServerAddress primary = found.primary();
    ServerAddress retires = null;
    if (incident != null && !incident.failed().equals(primary)) {
      boolean follows =
          view.answered(incident.failed())
              .filter(failed -> failed.replicatesFrom(primary, view.of(primary)))
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
    draft.record(new PrimaryVerified(primary, found.uuid(), retires, draft.now()));
  }

  private void check(Draft draft, View view, Led led) {
    switch (view.of(led.primary())) {
      case Answered primary when primary.writable() -> stands(draft, view, led);
      case Answered _ -> {
        Incident incident =
            led.hint() != null ? led.hint() : ownIncident(led, "it accepts no writes any more");
        lose(draft, view, incident, false);
      }
      case Silent silent when silent.listens() -> {
        // something answers there: neither dead nor fine, the next looks will tell
      }
      case Silent _ -> unanswered(draft, view, led);
      case null -> {
        // the look was asked for before this server led the shard
      }
    }
  }

  private static Incident ownIncident(Led led, String reason) {
    return new Incident(led.primary(), List.of(), reason, PUBLISHER, null);
  }

  private void stands(Draft draft, View view, Led led) {
    if (led.probeFailures() > 0) {
      draft.record(new PrimaryProbed(led.primary(), 0));
    }
    Incident hint = led.hint();
    if (hint == null) {
      return;
    }
    boolean successorAcceptsWrites =
        hint.named().stream()
            .flatMap(server -> view.answered(server).stream())
            .anyMatch(Answered::acceptsWrites);
    if (successorAcceptsWrites) {
      lose(draft, view, hint, false);
    } else if (led.hintUntil() == null || !draft.now().isBefore(led.hintUntil())) {
      draft.record(new HintForgotten(led.primary()));
    }
  }

  private void unanswered(Draft draft, View view, Led led) {
    int failures = led.probeFailures() + 1;
    draft.record(new PrimaryProbed(led.primary(), failures));
    if (receivedFrom(draft.shard(), view, led)) {
      return;
    }
    if (led.hint() != null) {
      lose(draft, view, led.hint(), false);
    } else if (failures >= policy.primaryProbeFailures() && witnessed(draft.shard(), view, led)) {
      String reason =
          "it did not answer %d times in a row and no replica receives from it".formatted(failures);
      lose(draft, view, ownIncident(led, reason), true);
    }
  }

  /** The primary did not answer this time, so a replica's other name for it tells by its UUID. */
  private static boolean receivedFrom(DeclaredShard shard, View view, Led led) {
    ServerAddress primary = led.primary();
    String uuid = led.uuid();
    return shard.membership().servers().stream()
        .flatMap(server -> view.answered(server).stream())
        .anyMatch(
            replica ->
                replica.receivesFrom(primary, view.of(primary))
                    || (uuid != null && replica.receivesFrom(uuid)));
  }

  /** When no replica answers either, it is more likely the detector that is cut off. */
  private static boolean witnessed(DeclaredShard shard, View view, Led led) {
    List<ServerAddress> others =
        shard.membership().servers().stream().filter(s -> !s.equals(led.primary())).toList();
    return others.isEmpty() || others.stream().anyMatch(s -> view.answered(s).isPresent());
  }

  private static void lose(Draft draft, View view, Incident incident, boolean foundDead) {
    DeclaredShard shard = draft.shard();
    Outcome outcome = PrimarySearch.search(shard, view, incident);
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
      verify(draft, view, incident, found);
    }
  }
}

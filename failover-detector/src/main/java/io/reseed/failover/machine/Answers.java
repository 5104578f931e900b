package io.reseed.failover.machine;

import io.reseed.events.FailoverFact.ClaimAnswered.Outcome;
import io.reseed.failover.machine.Claims.Claim;
import io.reseed.failover.machine.FailoverEvent.ClaimAnswered;
import io.reseed.failover.machine.FailoverEvent.ClaimNoted;
import io.reseed.failover.machine.FailoverState.Undeclared;
import io.reseed.failover.machine.FailoverState.Unknown;
import io.reseed.failover.machine.Leadership.Led;
import io.reseed.failover.machine.Leadership.Lost;
import io.reseed.failover.machine.Leadership.Unconfirmed;
import io.reseed.fleet.Failure;
import io.reseed.fleet.ServerAddress;
import org.jspecify.annotations.Nullable;

/**
 * Tells publishers what became of their claims: each has one final answer. Pure. An answer follows
 * from what the state says of the shard's primary, whoever found it out.
 */
final class Answers {
  /** The word for the answer while the primary stands and is watched all the same. */
  private static final String STANDS = "STANDS";

  private Answers() {}

  /** Takes a claim down, unless it came before. */
  static void note(Draft draft, Claim claim) {
    if (claims(draft).isKnown(claim)) {
      return;
    }
    claims(draft)
        .oneTooMany()
        .ifPresent(oldest -> ignore(draft, oldest, "too many claims are open; see shard-status"));
    draft.record(new ClaimNoted(claim));
  }

  /** Nothing follows from a claim. */
  static void ignore(Draft draft, Claim claim, String why) {
    if (claims(draft).isOpen(claim)) {
      draft.record(
          new ClaimAnswered(claim, Outcome.IGNORED, why, primary(draft), null, draft.now()));
    }
  }

  /** The shard leaves Reseed's care. */
  static void ignoreAll(Draft draft, String why) {
    claims(draft).open().forEach(claim -> ignore(draft, claim, why));
  }

  /**
   * Answers what can be answered by now.
   *
   * @param looked the servers were observed since the last time
   */
  static void settle(Draft draft, boolean looked) {
    for (Claim claim : claims(draft).open()) {
      switch (draft.state()) {
        case Unknown _ -> {
          // has no claims
        }
        case Undeclared undeclared ->
            waiting(
                draft,
                claim,
                FailureCatalogue.shardNotDeclared(undeclared.shard(), undeclared.incident()));
        case DeclaredShard shard -> settle(draft, shard, claim, looked);
      }
    }
  }

  private static void settle(Draft draft, DeclaredShard shard, Claim claim, boolean looked) {
    switch (shard.leadership()) {
      case Led led when !led.primary().equals(claim.failed()) ->
          answer(draft, claim, Outcome.SUCCEEDED, succeeded(claim, led.primary()));
      case Led led when led.claim() == null ->
          answer(
              draft,
              claim,
              Outcome.REFUTED,
              led.primary() + " is the primary, answers and accepts writes");
      case Led _ -> lookedInto(draft, shard, claim, looked);
      case Lost lost -> waiting(draft, claim, lost.failure());
      case Unconfirmed _ when !claim.speaksOf(shard.membership().servers()) ->
          ignore(draft, claim, PrimaryWatch.WRONG_SHARD);
      case Unconfirmed unconfirmed -> {
        if (unconfirmed.failure() != null) {
          waiting(draft, claim, unconfirmed.failure());
        } else {
          lookedInto(draft, shard, claim, false);
        }
      }
    }
  }

  private static void lookedInto(Draft draft, DeclaredShard shard, Claim claim, boolean stands) {
    Failure blind = shard.freshness().failure();
    if (blind != null) {
      waiting(draft, claim, FailureCatalogue.observationFailed(shard.shard(), blind));
    } else if (stands && !STANDS.equals(claim.answer())) {
      String detail = claim.failed() + " is the primary still; it is watched for a while";
      draft.record(
          new ClaimAnswered(claim, Outcome.WAITING, detail, claim.failed(), null, draft.now()));
    }
  }

  private static String succeeded(Claim claim, ServerAddress primary) {
    String said = "%s is not the primary, %s is".formatted(claim.failed(), primary);
    boolean another = claim.promoted() != null && !claim.promoted().equals(primary);
    return another ? said + ", and not " + claim.promoted() : said;
  }

  private static void answer(Draft draft, Claim claim, Outcome outcome, String detail) {
    draft.record(new ClaimAnswered(claim, outcome, detail, primary(draft), null, draft.now()));
  }

  private static void waiting(Draft draft, Claim claim, Failure failure) {
    if (!failure.code().equals(claim.answer())) {
      draft.record(
          new ClaimAnswered(
              claim, Outcome.WAITING, failure.message(), primary(draft), failure, draft.now()));
    }
  }

  private static Claims claims(Draft draft) {
    return draft.state().claims();
  }

  private static @Nullable ServerAddress primary(Draft draft) {
    return draft.state() instanceof DeclaredShard shard
        ? shard.leadership().verified().orElse(null)
        : null;
  }

  /** The word by which it is told whether an answer that is not final says anything new. */
  static String word(ClaimAnswered answered) {
    return answered.failure() == null ? STANDS : answered.failure().code();
  }
}

package io.reseed.failover;

import io.reseed.failover.machine.DeclaredShard;
import io.reseed.failover.machine.FailoverEvent;
import io.reseed.failover.machine.FailoverMachine;
import io.reseed.failover.machine.FailoverState;
import io.reseed.failover.machine.Incident;
import io.reseed.failover.machine.Seeding;
import io.reseed.failover.machine.StatusReport;
import io.reseed.fleet.Failure;
import io.reseed.fleet.FailureClass;
import io.reseed.fleet.ForeignText;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One line per transition; what happens every second is not one. */
final class TransitionLog {
  private static final Logger LOG = LoggerFactory.getLogger(FailoverMachine.class);
  private static final String FAILED = "attempt failed shard={} seeding={} attempt={} {}";

  private TransitionLog() {}

  /** Writes what happened to a shard. */
  static void write(String shard, FailoverEvent event, FailoverState after) {
    switch (event) {
      case FailoverEvent.Declared e ->
          LOG.info(
              "shard declared shard={} replicasDesired={} servers={}",
              shard,
              e.replicasDesired(),
              e.servers());
      case FailoverEvent.CareEnded e -> LOG.info("care ended shard={} why={}", shard, e.why());
      case FailoverEvent.IncidentRemembered e ->
          LOG.warn("shard not declared shard={} server={}", shard, e.incident().failed());
      case FailoverEvent.ClaimTaken e -> incident("claim taken up", shard, e.incident());
      case FailoverEvent.ClaimIgnored e ->
          LOG.warn(
              "claim ignored shard={} server={} publisher={} why={}",
              shard,
              e.incident().failed(),
              e.incident().publisher(),
              e.why());
      case FailoverEvent.ClaimAnswered e ->
          LOG.info(
              "claim answered shard={} server={} publisher={} outcome={} why={}",
              shard,
              e.claim().failed(),
              e.claim().publisher(),
              e.outcome(),
              ForeignText.shown(e.detail()));
      case FailoverEvent.MemberWithdrawn e ->
          LOG.warn(
              "server withdrawn shard={} server={} cause={} why={}",
              shard,
              e.server(),
              e.cause(),
              ForeignText.shown(e.detail()));
      case FailoverEvent.MemberReturned e ->
          LOG.info("server returned shard={} server={}", shard, e.server());
      case FailoverEvent.ClaimForgotten e ->
          LOG.info("claim forgotten shard={} server={}", shard, e.primary());
      case FailoverEvent.PrimaryFoundDead e -> incident("primary found dead", shard, e.incident());
      case FailoverEvent.PrimaryLost e -> incident("primary lost", shard, e.incident());
      case FailoverEvent.SearchFailed e ->
          LOG.warn("no primary shard={} {}", shard, shown(e.failure()));
      case FailoverEvent.PrimaryVerified e ->
          LOG.info("primary verified shard={} server={}", shard, e.primary());
      case FailoverEvent.MemberForgotten e ->
          LOG.info("member forgotten shard={} server={}", shard, e.server());
      case FailoverEvent.SeedingBegun e ->
          LOG.info("seeding begun shard={} seeding={} why={}", shard, e.seeding(), e.reason());
      case FailoverEvent.SeedingFinished e ->
          LOG.info("seeding finished shard={} seeding={}", shard, e.seeding());
      case FailoverEvent.SeedingWithdrawn e ->
          LOG.info("seeding withdrawn shard={} seeding={} why={}", shard, e.seeding(), e.why());
      case FailoverEvent.OfSeeding e -> seeding(shard, e, after);
      case FailoverEvent.PrimaryProbed e ->
          LOG.info(
              "primary probed shard={} server={} failures={}", shard, e.primary(), e.failures());
      case FailoverEvent.StatusPublished e when StatusReport.saysUnobserved(e.status()) ->
          LOG.warn("servers not observed shard={} {}", shard, shown(e.status().failure()));
      case FailoverEvent.StatusPublished _,
          FailoverEvent.ClaimNoted _,
          FailoverEvent.TakenUp _,
          FailoverEvent.ObservationFailed _,
          FailoverEvent.ObservationRequested _,
          FailoverEvent.ObservationHastened _,
          FailoverEvent.ObservationConcluded _,
          FailoverEvent.MembersObserved _,
          FailoverEvent.SurplusNoted _ -> {
        // not a transition
      }
    }
  }

  private static void incident(String message, String shard, Incident incident) {
    LOG.info(
        message + " shard={} server={} successors={} publisher={} why={}",
        shard,
        incident.failed(),
        incident.named(),
        incident.publisher(),
        ForeignText.shown(incident.reason()));
  }

  private static void seeding(String shard, FailoverEvent.OfSeeding event, FailoverState after) {
    String seeding = event.seeding();
    switch (event) {
      case FailoverEvent.BackupChosen e ->
          LOG.info("backup chosen shard={} seeding={} backup={}", shard, seeding, e.backup());
      case FailoverEvent.AttemptAssigned e ->
          LOG.info(
              "attempt assigned shard={} seeding={} attempt={} host={} server={}",
              shard,
              seeding,
              attempt(after, seeding),
              e.host(),
              e.primary());
      case FailoverEvent.SeedingWaits e ->
          LOG.warn("seeding waits shard={} seeding={} {}", shard, seeding, shown(e.failure()));
      case FailoverEvent.ServerRestored e ->
          LOG.info("server restored shard={} seeding={} server={}", shard, seeding, e.server());
      case FailoverEvent.CatchUpClaimed e ->
          LOG.info("catch-up claimed shard={} seeding={} server={}", shard, seeding, e.server());
      case FailoverEvent.SeedingRepointed e ->
          LOG.info("seeding repointed shard={} seeding={} server={}", shard, seeding, e.primary());
      case FailoverEvent.AttemptFailed e -> {
        if (e.failure().failureClass() == FailureClass.BUG) {
          LOG.error(FAILED, shard, seeding, e.attempt(), shown(e.failure()));
        } else {
          LOG.warn(FAILED, shard, seeding, e.attempt(), shown(e.failure()));
        }
      }
      case FailoverEvent.ReplicaKept e ->
          LOG.info("replica kept shard={} seeding={} server={}", shard, seeding, e.server());
      case FailoverEvent.BackupAsked _,
          FailoverEvent.PlaceAsked _,
          FailoverEvent.AttemptProgressed _ -> {
        // not a transition
      }
    }
  }

  private static int attempt(FailoverState state, String seeding) {
    return state instanceof DeclaredShard shard
        ? shard.seeding(seeding).map(Seeding::attempt).orElse(0)
        : 0;
  }

  private static String shown(@Nullable Failure failure) {
    return failure == null
        ? ""
        : "code=%s class=%s why=%s"
            .formatted(
                failure.code(), failure.failureClass(), ForeignText.shown(failure.message()));
  }
}

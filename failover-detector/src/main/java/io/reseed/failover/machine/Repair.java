package io.reseed.failover.machine;

import io.reseed.events.FailoverFact.ServerWithdrawn.Cause;
import io.reseed.failover.machine.FailoverEvent.BackupAsked;
import io.reseed.failover.machine.FailoverEvent.MemberForgotten;
import io.reseed.failover.machine.FailoverEvent.MemberReturned;
import io.reseed.failover.machine.FailoverEvent.MemberWithdrawn;
import io.reseed.failover.machine.FailoverEvent.ReplicaKept;
import io.reseed.failover.machine.FailoverEvent.SeedingBegun;
import io.reseed.failover.machine.FailoverEvent.SeedingFinished;
import io.reseed.failover.machine.FailoverEvent.SeedingRepointed;
import io.reseed.failover.machine.FailoverEvent.SeedingWithdrawn;
import io.reseed.failover.machine.FailoverEvent.SurplusNoted;
import io.reseed.failover.machine.Leadership.Led;
import io.reseed.failover.machine.Membership.Member;
import io.reseed.failover.machine.Phase.CatchingUp;
import io.reseed.failover.machine.Phase.Choosing;
import io.reseed.failover.machine.Phase.HandingOver;
import io.reseed.failover.machine.Phase.Making;
import io.reseed.failover.machine.Phase.Placing;
import io.reseed.failover.machine.Phase.Planning;
import io.reseed.failover.machine.Phase.Restoring;
import io.reseed.failover.machine.Phase.Verifying;
import io.reseed.failover.machine.Phase.Waiting;
import io.reseed.fleet.ServerAddress;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Decides how many replicas are made: begins seedings for missing ones, ends those that are done or
 * no longer needed. Pure. How one seeding goes on is {@link SeedingSteps}' part.
 */
final class Repair {
  private static final DateTimeFormatter ID_TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmssSSS'Z'").withZone(ZoneOffset.UTC);

  /** Seeding ids are at most 200 characters. */
  private static final int SHARD_CHARACTERS_MAX = 150;

  private final FailoverPolicy policy;

  Repair(FailoverPolicy policy) {
    this.policy = policy;
  }

  /** Whether attempts can be begun: there is a primary and it answers. */
  static Optional<ServerAddress> primaryAtWork(DeclaredShard shard) {
    return shard.leadership() instanceof Led led && led.probeFailures() == 0
        ? Optional.of(led.primary())
        : Optional.empty();
  }

  /** Follows a new primary: what is under way goes on with it, what is planned is planned anew. */
  void follow(Draft draft, ServerAddress primary) {
    for (Seeding seeding : draft.shard().seedings()) {
      switch (seeding.phase()) {
        case Making making when !making.assignment().primary().equals(primary) ->
            draft.record(new SeedingRepointed(seeding.id(), primary, draft.now()));
        case Planning _ -> askForBackup(draft, seeding, primary);
        case Making _, HandingOver _ -> {
          // nothing changes for it
        }
      }
    }
  }

  static void askForBackup(Draft draft, Seeding seeding, ServerAddress primary) {
    askForBackup(draft, seeding, primary, draft.shard().ticketNext());
  }

  /** Under a ticket that was asked for already: whoever works on that is still waited for. */
  static void askForBackup(Draft draft, Seeding seeding, ServerAddress primary, long ticket) {
    draft.record(new BackupAsked(seeding.id(), ticket, draft.now()));
    draft.request(chooseBackup(draft.shard(), seeding.id(), ticket, primary));
  }

  private static FailoverEffect chooseBackup(
      DeclaredShard shard, String seeding, long ticket, ServerAddress primary) {
    Set<String> excluded =
        shard.seeding(seeding).map(s -> Set.copyOf(s.backupsExcluded())).orElse(Set.of());
    return new FailoverEffect.ChooseBackup(shard.shard(), seeding, ticket, primary, excluded);
  }

  /** Draws the conclusions from a fresh observation. */
  void conclude(Draft draft, ShardSnapshot snapshot) {
    primaryAtWork(draft.shard())
        .ifPresent(
            primary -> {
              tellOfMembers(draft, primary);
              keepProven(draft, snapshot, primary);
              finish(draft, snapshot);
              giveUpSurplus(draft, primary);
              beginMissing(draft, primary);
            });
  }

  /** Who is out of service from now on, and who is in service again. */
  private void tellOfMembers(Draft draft, ServerAddress primary) {
    Membership membership = draft.shard().membership();
    for (Member lost : membership.lostUnsaid(primary, policy.replicaLostAfter(), draft.now())) {
      String detail = lost.note() == null ? "it does not do its work" : lost.note();
      draft.record(new MemberWithdrawn(lost.server(), Cause.LOST, detail, primary, draft.now()));
    }
    for (Member returned : membership.returnedUnsaid(primary)) {
      draft.record(new MemberReturned(returned.server(), primary, draft.now()));
    }
  }

  private void keepProven(Draft draft, ShardSnapshot snapshot, ServerAddress primary) {
    for (Seeding seeding : draft.shard().seedings()) {
      if (seeding.phase() instanceof Verifying verifying
          && snapshot
              .answered(verifying.server())
              .filter(server -> server.superReadOnly())
              .filter(server -> server.replicatesFrom(primary, snapshot.of(primary)))
              .isPresent()) {
        draft.record(new ReplicaKept(seeding.id(), verifying.server(), draft.now()));
        forgetReplaced(draft, primary);
      }
    }
  }

  private void forgetReplaced(Draft draft, ServerAddress primary) {
    DeclaredShard shard = draft.shard();
    List<Member> replicas = shard.membership().replicas(Optional.of(primary));
    if (replicas.size() <= shard.replicasDesired()) {
      return;
    }
    Instant lostBefore = draft.now().minus(policy.replicaLostAfter());
    replicas.stream()
        .filter(m -> m.missingSince() != null && !m.missingSince().isAfter(lostBefore))
        .min(Comparator.comparing(m -> String.valueOf(m.missingSince())))
        .ifPresent(member -> draft.record(new MemberForgotten(member.server())));
  }

  private void finish(Draft draft, ShardSnapshot snapshot) {
    for (Seeding seeding : draft.shard().seedings()) {
      if (seeding.phase() instanceof HandingOver handingOver) {
        boolean recorded =
            snapshot
                .kept()
                .contains(
                    new ShardSnapshot.KeptAttempt(
                        seeding.id(), seeding.attempt(), handingOver.server()));
        if (recorded || !draft.shard().membership().contains(handingOver.server())) {
          draft.record(new SeedingFinished(seeding.id(), seeding.attempt()));
        }
      }
    }
  }

  private static int missing(DeclaredShard shard, ServerAddress primary) {
    return Math.max(0, shard.replicasDesired() - shard.membership().healthyReplicas(primary));
  }

  private void giveUpSurplus(Draft draft, ServerAddress primary) {
    DeclaredShard shard = draft.shard();
    if (shard.inTheMaking() <= missing(shard, primary)) {
      if (shard.surplusSince() != null) {
        draft.record(new SurplusNoted(null));
      }
      return;
    }
    Instant since = shard.surplusSince();
    if (since == null) {
      draft.record(new SurplusNoted(draft.now()));
    } else if (!since.plus(policy.replicaLostAfter()).isAfter(draft.now())) {
      shard.seedings().stream()
          .filter(Seeding::inTheMaking)
          .min(Comparator.comparingInt(seeding -> advance(seeding.phase())))
          .ifPresent(
              seeding ->
                  withdraw(
                      draft, seeding, "fewer replicas are missing by now than are being made"));
    }
  }

  private static int advance(Phase phase) {
    return switch (phase) {
      case Waiting _ -> 0;
      case Choosing _ -> 1;
      case Placing _ -> 2;
      case Restoring _ -> 3;
      case CatchingUp _ -> 4;
      case Verifying _ -> 5;
      case HandingOver _ -> 6;
    };
  }

  static void withdraw(Draft draft, Seeding seeding, String why) {
    draft.record(new SeedingWithdrawn(seeding.id(), seeding.attempt(), why));
  }

  private void beginMissing(Draft draft, ServerAddress primary) {
    DeclaredShard shard = draft.shard();
    int lost =
        shard
            .membership()
            .lost(shard.replicasDesired(), primary, policy.replicaLostAfter(), draft.now());
    int wanted = Math.min(missing(shard, primary), lost) - shard.inTheMaking();
    for (int i = 0; i < wanted; i++) {
      String seeding = newId(draft.shard(), draft.now());
      long ticket = draft.shard().ticketNext();
      String reason =
          "%d of %d replicas of %s are healthy"
              .formatted(
                  shard.membership().healthyReplicas(primary), shard.replicasDesired(), primary);
      draft.record(new SeedingBegun(seeding, reason, ticket, draft.now()));
      draft.request(chooseBackup(draft.shard(), seeding, ticket, primary));
    }
  }

  private static String newId(DeclaredShard shard, Instant now) {
    String name = shard.shard().cluster() + "_" + shard.shard().shard();
    String base =
        "replica-%s-%s"
            .formatted(
                name.substring(0, Math.min(SHARD_CHARACTERS_MAX, name.length())),
                ID_TIME.format(now));
    String id = base;
    for (int n = 2; shard.seeding(id).isPresent(); n++) {
      id = base + "-" + n;
    }
    return id;
  }
}

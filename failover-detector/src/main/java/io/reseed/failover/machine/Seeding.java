package io.reseed.failover.machine;

import io.reseed.failover.machine.Phase.CatchingUp;
import io.reseed.failover.machine.Phase.Choosing;
import io.reseed.failover.machine.Phase.HandingOver;
import io.reseed.failover.machine.Phase.Making;
import io.reseed.failover.machine.Phase.Placing;
import io.reseed.failover.machine.Phase.Planning;
import io.reseed.failover.machine.Phase.Restoring;
import io.reseed.failover.machine.Phase.Verifying;
import io.reseed.fleet.Failure;
import io.reseed.fleet.FailureClass;
import io.reseed.fleet.ServerAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The making of one replica, over all its attempts.
 *
 * @param reason why the replica is missing, for people
 * @param attempt of the newest assignment; 0 before the first
 * @param failuresInARow attempts that failed transiently since the seeding last rested
 * @param backupsExcluded that could not be restored in this seeding
 * @param hostsExcluded where an attempt failed; taken all the same when there is no other
 * @param blockingReason what went wrong last; while a further attempt is under way, why it is one
 */
public record Seeding(
    String id,
    String reason,
    int attempt,
    int failuresInARow,
    List<String> backupsExcluded,
    List<String> hostsExcluded,
    @Nullable BlockingReason blockingReason,
    Phase phase) {

  /**
   * What keeps a seeding from going on.
   *
   * @param blocks whether somebody must act; otherwise the next attempt follows by itself
   */
  record BlockingReason(Failure failure, boolean blocks) {}

  /** Copies. */
  public Seeding {
    backupsExcluded = List.copyOf(backupsExcluded);
    hostsExcluded = List.copyOf(hostsExcluded);
  }

  static Seeding begin(FailoverEvent.SeedingBegun event) {
    Choosing choosing = new Choosing(event.ticket(), event.at());
    return new Seeding(event.seeding(), event.reason(), 0, 0, List.of(), List.of(), null, choosing);
  }

  /** Whether it still has to make a server; not so once the server belongs to the fleet. */
  public boolean inTheMaking() {
    return !(phase instanceof HandingOver);
  }

  /** The state after an event; an event that is not legal in this phase changes nothing. */
  Seeding after(FailoverEvent.OfSeeding event) {
    return switch (event) {
      case FailoverEvent.BackupAsked asked when phase instanceof Planning planning ->
          in(planning.asksForBackup(asked.ticket(), asked.at()));
      case FailoverEvent.BackupChosen chosen when phase instanceof Choosing choosing ->
          in(choosing.chosen(chosen.backup(), chosen.bytes(), chosen.ticket(), chosen.at()));
      case FailoverEvent.PlaceAsked asked when phase instanceof Placing placing ->
          in(placing.seeksAgain(asked.ticket(), asked.at()))
              .avoiding(asked.anyHost() ? List.of() : hostsExcluded);
      case FailoverEvent.AttemptAssigned assigned when phase instanceof Placing placing ->
          assigned(placing.placed(assigned));
      case FailoverEvent.SeedingWaits waits when phase instanceof Planning planning ->
          hindered(
              new BlockingReason(waits.failure(), waits.blocked()), planning.waits(waits.until()));
      case FailoverEvent.AttemptProgressed progressed -> progressed(progressed.at());
      case FailoverEvent.ServerRestored restored when phase instanceof Restoring restoring ->
          in(restoring.restored(restored.server(), restored.at()));
      case FailoverEvent.CatchUpClaimed claimed -> claimed(claimed.server(), claimed.at());
      case FailoverEvent.SeedingRepointed repointed when phase instanceof Making making ->
          in(making.from(repointed.primary(), repointed.at()));
      case FailoverEvent.AttemptFailed failed when phase instanceof Making making ->
          failed(failed, making);
      case FailoverEvent.ReplicaKept _ when phase instanceof Verifying verifying ->
          in(verifying.kept());
      case FailoverEvent.BackupAsked _,
          FailoverEvent.BackupChosen _,
          FailoverEvent.PlaceAsked _,
          FailoverEvent.AttemptAssigned _,
          FailoverEvent.SeedingWaits _,
          FailoverEvent.ServerRestored _,
          FailoverEvent.SeedingRepointed _,
          FailoverEvent.AttemptFailed _,
          FailoverEvent.ReplicaKept _ ->
          this;
    };
  }

  /** What is waited for is waited for anew. */
  Seeding takenUp(Instant at, Instant waitUntil) {
    return in(phase.takenUp(at, waitUntil));
  }

  private Seeding progressed(Instant at) {
    return switch (phase) {
      case Restoring restoring -> in(restoring.progressed(at));
      case CatchingUp catchingUp -> in(catchingUp.progressed(at));
      case Planning _, Verifying _, HandingOver _ -> this;
    };
  }

  private Seeding claimed(ServerAddress server, Instant at) {
    return switch (phase) {
      case Restoring restoring -> in(restoring.caughtUp(server, at));
      case CatchingUp catchingUp -> in(catchingUp.caughtUp(server, at));
      case Planning _, Verifying _, HandingOver _ -> this;
    };
  }

  private Seeding failed(FailoverEvent.AttemptFailed event, Making making) {
    boolean badBackup = event.failure().failureClass() == FailureClass.BAD_BACKUP;
    Phase.Assignment tried = making.assignment();
    return new Seeding(
        id,
        reason,
        attempt,
        event.failuresInARow(),
        badBackup ? plus(backupsExcluded, tried.backup()) : backupsExcluded,
        badBackup ? hostsExcluded : plus(hostsExcluded, tried.host()),
        new BlockingReason(event.failure(), event.blocked()),
        making.fails(event.until()));
  }

  private Seeding in(Phase next) {
    return with(attempt, hostsExcluded, blockingReason, next);
  }

  private Seeding avoiding(List<String> hosts) {
    return with(attempt, hosts, blockingReason, phase);
  }

  private Seeding hindered(BlockingReason by, Phase next) {
    return with(attempt, hostsExcluded, by, next);
  }

  private Seeding assigned(Restoring restoring) {
    return with(attempt + 1, hostsExcluded, blockingReason, restoring);
  }

  private Seeding with(
      int newAttempt, List<String> hosts, @Nullable BlockingReason newBlockingReason, Phase next) {
    return new Seeding(
        id, reason, newAttempt, failuresInARow, backupsExcluded, hosts, newBlockingReason, next);
  }

  private static List<String> plus(List<String> list, String element) {
    if (list.contains(element)) {
      return list;
    }
    List<String> longer = new ArrayList<>(list);
    longer.add(element);
    return longer;
  }
}

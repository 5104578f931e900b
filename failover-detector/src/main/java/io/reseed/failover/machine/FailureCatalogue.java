package io.reseed.failover.machine;

import io.reseed.events.WorkPaused;
import io.reseed.failover.machine.ProbeResult.Unobserved;
import io.reseed.fleet.Failure;
import io.reseed.fleet.FailureCode;
import io.reseed.fleet.ServerAddress;
import io.reseed.fleet.ShardName;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Every failure that the detector itself finds: its stable code, its cause and what to do. */
public final class FailureCatalogue {
  private FailureCatalogue() {}

  /** No repair is begun while an operator wants none. */
  public static Failure paused(ShardName shard, WorkPaused pause) {
    return Failure.of(
        FailureCode.PAUSED,
        "no repair of %s is begun: %s paused %s since %s%s: %s"
            .formatted(
                shard,
                pause.publisher(),
                pause.scope(),
                pause.pausedAt(),
                pause.until() == null ? "" : " until " + pause.until(),
                pause.reason()),
        "It goes on by itself then, or with reseed resume.");
  }

  /** Masses are lost at once: making all of them would load what is left. */
  public static Failure repairsMaxReached(ShardName shard, int repairsMax) {
    return Failure.of(
        FailureCode.REPAIRS_MAX_REACHED,
        "no repair of %s is begun: %d replicas of cluster %s are being made, as many as may be"
            .formatted(shard, repairsMax, shard.cluster()),
        "If a zone or a network is away, bring it back: its servers count again then. It follows by"
            + " itself; raise reseed.detector.repairs-max and repairs-share-max if primaries and store can"
            + " bear more.");
  }

  static Failure shardNotDeclared(ShardName shard, Incident incident) {
    return Failure.of(
        FailureCode.SHARD_NOT_DECLARED,
        "%s says that primary %s of %s failed, but nobody declared this shard"
            .formatted(incident.publisher(), incident.failed(), shard),
        "Publish shard-declared for it, or mend the shard's name in the publisher.");
  }

  static Failure primaryUnreachable(ShardName shard, List<ServerAddress> asked) {
    return Failure.of(
        FailureCode.PRIMARY_NOT_FOUND,
        "none of %s of %s answers and accepts writes".formatted(asked, shard),
        "Start the primary, promote a replica, or correct the servers in shard-declared.");
  }

  static Failure primaryTimedOut(ShardName shard, ServerAddress primary) {
    return Failure.of(
        FailureCode.PRIMARY_SILENT,
        "primary %s of %s does not answer the detector, but is not proven dead"
            .formatted(primary, shard),
        "Check the network between the detector and the server, and the observer's account.");
  }

  static Failure promotionAwaited(ShardName shard, ServerAddress failed) {
    return Failure.of(
        FailureCode.PROMOTION_AWAITED,
        "primary %s of %s is not in service and no successor was found".formatted(failed, shard),
        "Promote a replica and publish primary-failed with the promoted server.");
  }

  /** The last one that is left follows nobody and is followed by nobody. */
  static Failure promotionUnshown(ShardName shard, Incident incident, ServerAddress writable) {
    return Failure.of(
        FailureCode.PROMOTION_AWAITED,
        "primary %s of %s is not in service; %s accepts writes, but no replica follows it and nobody"
                .formatted(incident.failed(), shard, writable)
            + " named it, so it may as well have been forgotten writable",
        "If it is the successor, publish primary-failed with --promoted %s; if not, make it"
                .formatted(writable)
            + " super_read_only and promote another.");
  }

  static Failure promotedReadOnly(ShardName shard, ServerAddress promoted) {
    return Failure.of(
        FailureCode.PROMOTED_READ_ONLY,
        "promoted server %s of %s does not accept writes".formatted(promoted, shard),
        "Stop its replication and clear super_read_only and read_only, or promote another.");
  }

  static Failure promotedUnreachable(ShardName shard, ServerAddress promoted) {
    return Failure.of(
        FailureCode.PROMOTED_UNREACHABLE,
        "promoted server %s of %s does not answer".formatted(promoted, shard),
        "Bring it back, or promote another and publish primary-failed with that one.");
  }

  static Failure promotedLacksTransactions(
      ShardName shard, ServerAddress promoted, Map<ServerAddress, String> lacks) {
    String detail =
        lacks.entrySet().stream()
            .map(lack -> lack.getValue() + " of " + lack.getKey())
            .collect(Collectors.joining(", "));
    return Failure.of(
        FailureCode.PROMOTED_LACKS_TRANSACTIONS,
        "server %s of %s accepts writes but lacks transactions: %s"
            .formatted(promoted, shard, detail),
        "Promote the server that has them, or rebuild the servers that have too much.");
  }

  static Failure twoPrimaries(ShardName shard, List<ServerAddress> servers) {
    return Failure.of(
        FailureCode.TWO_PRIMARIES,
        "%s of %s accept writes at the same time".formatted(servers, shard),
        "Make all but one of them super_read_only, compare their GTID sets, rebuild the others.");
  }

  static Failure attemptTimedOut(String seeding, int attempt, String host) {
    return Failure.of(
        FailureCode.SEEDING_SILENT,
        "nothing was heard of attempt %d of %s on %s for too long"
            .formatted(attempt, seeding, host),
        "Check that restore-service and catchup-service run; another host is tried by itself.");
  }

  static Failure catchUpNotConfirmed(String seeding, ServerAddress server) {
    return Failure.of(
        FailureCode.CATCH_UP_NOT_CONFIRMED,
        "%s of %s was reported as caught up but does not itself show it".formatted(server, seeding),
        "Look at its SHOW REPLICA STATUS; the next attempt starts by itself.");
  }

  static Failure attemptsExhausted(String seeding, int attempts, Failure last) {
    return Failure.of(
        FailureCode.ATTEMPTS_EXHAUSTED,
        "%s failed %d times in a row, at last with %s: %s"
            .formatted(seeding, attempts, last.code(), last.message()),
        last.hint() + " It is tried again after a longer pause.");
  }

  public static Failure noBackup(ShardName shard, List<String> reasons) {
    String detail = reasons.isEmpty() ? "there is none" : String.join("; ", reasons);
    return Failure.of(
        FailureCode.NO_BACKUP,
        "no backup of %s can be restored: %s".formatted(shard, detail),
        "Let validator-service make a backup; the seeding goes on by itself once one fits.");
  }

  public static Failure noHost(ShardName shard, List<String> reasons) {
    String detail = reasons.isEmpty() ? "no host is known" : String.join("; ", reasons);
    return Failure.of(
        FailureCode.NO_HOST,
        "no host can take a server of %s: %s".formatted(shard, detail),
        "Add a host of pool replica, free a slot or disk; it is observed for again by itself.");
  }

  /** An effect did not come to a result; nothing is known about the world. */
  public static Failure askingFailed(String what, String reason) {
    return Failure.of(
        FailureCode.ASKING_FAILED,
        what + " failed: " + reason,
        "It is asked again by itself; see the detector's log if it goes on.");
  }

  /** Why the status says nothing of the servers as they are now. */
  static Failure observationFailed(ShardName shard, @Nullable Failure cause) {
    if (cause == null) {
      return Failure.of(
          FailureCode.OBSERVATION_FAILED,
          "the servers of %s are not observed: no answer came in time".formatted(shard),
          "Look into the failover-detector's log; it asks again by itself.");
    }
    FailureCode code =
        switch (cause.failureClass()) {
          case TRANSIENT, BAD_BACKUP -> FailureCode.OBSERVATION_FAILED;
          case OPERATOR_MUST_ACT -> FailureCode.OBSERVATION_REFUSED;
          case BUG -> FailureCode.OBSERVATION_THREW;
        };
    return Failure.of(
        code,
        "the servers of %s are not observed: %s".formatted(shard, cause.message()),
        cause.hint());
  }

  /** Whether a failure says that the servers are not observed. */
  static boolean isOfObservation(Failure failure) {
    return failure.is(FailureCode.OBSERVATION_FAILED)
        || failure.is(FailureCode.OBSERVATION_REFUSED)
        || failure.is(FailureCode.OBSERVATION_THREW);
  }

  static Failure observationRefused(Unobserved first) {
    return Failure.of(
        FailureCode.OBSERVATION_REFUSED,
        "no server can be observed, the first is %s: %s".formatted(first.server(), first.reason()),
        "Check the observer's account on the servers and in the failover-detector's"
            + " configuration.");
  }

  /** The detector's own mistake. */
  public static Failure observationThrew(String thrown) {
    return Failure.of(
        FailureCode.OBSERVATION_THREW,
        "observing threw " + thrown,
        "Report it with the failover-detector's log; it asks again by itself.");
  }

  public static Failure accountsMissing(ShardName shard) {
    return Failure.of(
        FailureCode.ACCOUNTS_MISSING,
        "no MySQL accounts are configured for cluster " + shard.cluster(),
        "Add reseed.mysql.accounts.\"%s\" to the failover-detector's configuration."
            .formatted(shard.cluster()));
  }
}

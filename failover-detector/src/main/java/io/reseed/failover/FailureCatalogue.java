package io.reseed.failover;

import io.reseed.failover.Sighting.Silent;
import io.reseed.fleet.Failure;
import io.reseed.fleet.FailureClass;
import io.reseed.fleet.ServerAddress;
import io.reseed.fleet.ShardName;
import io.reseed.fleet.ShortenedText;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Every failure that the detector itself finds: its stable code, its cause and what to do. */
final class FailureCatalogue {
  /** Of a status that does not speak of the servers as they are. */
  static final String OBSERVATION_FAILED = "OBSERVATION_FAILED";

  /** Longest text that an event carries, with room to spare. */
  private static final int TEXT_MAX = 3_500;

  private FailureCatalogue() {}

  static Failure shardNotDeclared(ShardName shard, Incident incident) {
    return operator(
        "SHARD_NOT_DECLARED",
        "%s says that primary %s of %s failed, but nobody declared this shard"
            .formatted(incident.publisher(), incident.failed(), shard),
        "Publish shard-declared for it, or mend the shard's name in the publisher.");
  }

  static Failure primaryUnreachable(ShardName shard, List<ServerAddress> asked) {
    return operator(
        "PRIMARY_UNREACHABLE",
        "none of %s of %s answers and accepts writes".formatted(asked, shard),
        "Start the primary, promote a replica, or correct the servers in shard-declared.");
  }

  static Failure primarySilent(ShardName shard, ServerAddress primary) {
    return operator(
        "PRIMARY_UNREACHABLE",
        "primary %s of %s does not answer the detector, but is not proven dead"
            .formatted(primary, shard),
        "Check the network between the detector and the server, and the observer's account.");
  }

  static Failure promotionAwaited(ShardName shard, ServerAddress failed) {
    return operator(
        "PROMOTION_AWAITED",
        "primary %s of %s is not in service and no successor was found".formatted(failed, shard),
        "Promote a replica and publish primary-failed with the promoted server.");
  }

  static Failure promotedReadOnly(ShardName shard, ServerAddress promoted) {
    return operator(
        "PROMOTED_READ_ONLY",
        "promoted server %s of %s does not accept writes".formatted(promoted, shard),
        "Stop its replication and clear super_read_only and read_only, or promote another.");
  }

  static Failure promotedUnreachable(ShardName shard, ServerAddress promoted) {
    return operator(
        "PROMOTED_UNREACHABLE",
        "promoted server %s of %s does not answer".formatted(promoted, shard),
        "Bring it back, or promote another and publish primary-failed with that one.");
  }

  static Failure promotedLacksTransactions(
      ShardName shard, ServerAddress promoted, Map<ServerAddress, String> lacks) {
    String detail =
        lacks.entrySet().stream()
            .map(lack -> lack.getValue() + " of " + lack.getKey())
            .collect(Collectors.joining(", "));
    return operator(
        "PROMOTED_LACKS_TRANSACTIONS",
        "server %s of %s accepts writes but lacks transactions: %s"
            .formatted(promoted, shard, detail),
        "Promote the server that has them, or rebuild the servers that have too much.");
  }

  static Failure twoPrimaries(ShardName shard, List<ServerAddress> servers) {
    return operator(
        "TWO_PRIMARIES",
        "%s of %s accept writes at the same time".formatted(servers, shard),
        "Make all but one of them super_read_only, compare their GTID sets, rebuild the others.");
  }

  static Failure attemptSilent(String seeding, int attempt, String host) {
    return new Failure(
        "PROGRESS_SILENT",
        FailureClass.TRANSIENT,
        "nothing was heard of attempt %d of %s on %s for too long"
            .formatted(attempt, seeding, host),
        "Check that restore-service and catchup-service run; another host is tried by itself.");
  }

  static Failure catchUpNotConfirmed(String seeding, ServerAddress server) {
    return new Failure(
        "CATCH_UP_NOT_CONFIRMED",
        FailureClass.TRANSIENT,
        "%s of %s was reported as caught up but does not itself show it".formatted(server, seeding),
        "Look at its SHOW REPLICA STATUS; the next attempt starts by itself.");
  }

  static Failure attemptsExhausted(String seeding, int attempts, Failure last) {
    return operator(
        "ATTEMPTS_EXHAUSTED",
        "%s failed %d times in a row, at last with %s: %s"
            .formatted(seeding, attempts, last.code(), last.message()),
        last.hint() + " It is tried again after a longer pause.");
  }

  static Failure noBackup(ShardName shard, List<String> reasons) {
    String detail = reasons.isEmpty() ? "there is none" : String.join("; ", reasons);
    return operator(
        "NO_BACKUP",
        "no backup of %s can be restored: %s".formatted(shard, detail),
        "Let validator-service make a backup; the seeding goes on by itself once one fits.");
  }

  static Failure noHost(ShardName shard, List<String> reasons) {
    String detail = reasons.isEmpty() ? "no host is known" : String.join("; ", reasons);
    return operator(
        "NO_HOST",
        "no host can take a server of %s: %s".formatted(shard, detail),
        "Add a host of pool replica, free a slot or disk; it is looked for again by itself.");
  }

  /** An effect did not come to a result; nothing is known about the world. */
  static Failure askingFailed(String what, String reason) {
    return new Failure(
        "ASKING_FAILED",
        FailureClass.TRANSIENT,
        cut(what + " failed: " + reason),
        "It is asked again by itself; see the detector's log if it goes on.");
  }

  /** Why the status says nothing of the servers as they are now. */
  static Failure observationFailed(ShardName shard, @Nullable Failure cause) {
    return cause == null
        ? new Failure(
            OBSERVATION_FAILED,
            FailureClass.TRANSIENT,
            "the servers of %s are not observed: no answer came in time".formatted(shard),
            "Look into the failover-detector's log; it asks again by itself.")
        : new Failure(
            OBSERVATION_FAILED,
            cause.failureClass(),
            cut("the servers of %s are not observed: %s".formatted(shard, cause.message())),
            cause.hint());
  }

  static Failure observationRefused(Silent first) {
    return operator(
        OBSERVATION_FAILED,
        "no server can be observed, the first is %s: %s".formatted(first.server(), first.reason()),
        "Check the observer's account on the servers and in the failover-detector's configuration.");
  }

  /** The detector's own mistake. */
  static Failure observationThrew(String thrown) {
    return new Failure(
        OBSERVATION_FAILED,
        FailureClass.BUG,
        cut("observing threw " + thrown),
        "Report it with the failover-detector's log; it asks again by itself.");
  }

  static Failure accountsMissing(ShardName shard) {
    return operator(
        "ACCOUNTS_MISSING",
        "no MySQL accounts are configured for cluster " + shard.cluster(),
        "Add reseed.mysql.accounts.\"%s\" to the failover-detector's configuration."
            .formatted(shard.cluster()));
  }

  /** A failure that somebody else found. */
  static Failure of(String code, FailureClass failureClass, String message, String hint) {
    return new Failure(code, failureClass, cut(message), cut(hint));
  }

  private static Failure operator(String code, String message, String hint) {
    return new Failure(code, FailureClass.OPERATOR_MUST_ACT, cut(message), cut(hint));
  }

  private static String cut(String text) {
    return ShortenedText.of(text, TEXT_MAX);
  }
}

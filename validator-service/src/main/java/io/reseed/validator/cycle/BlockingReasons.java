package io.reseed.validator.cycle;

import io.reseed.events.Assignment;
import io.reseed.fleet.Failure;
import io.reseed.fleet.FailureCode;
import io.reseed.fleet.ShardName;

/** What the machine itself finds in the way of a backup, in words. */
final class BlockingReasons {
  private BlockingReasons() {}

  static Failure noPrimary(Topology topology) {
    return Failure.of(
        FailureCode.NO_PRIMARY,
        "Shard " + topology.shard() + " has no verified primary, so no backup is begun.",
        "The shard's status says what its failover waits for; the backup follows by itself.");
  }

  static Failure noDonor(Topology topology, CyclePolicy policy) {
    String wait =
        policy.donor().primaryAllowed()
            ? "The primary is copied if that lasts for "
                + policy.donor().replicaWaitMax().toSeconds()
                + " s."
            : "The primary is never copied (reseed.validator.primary-donor-allowed).";
    return Failure.of(
        FailureCode.NO_DONOR,
        "Shard " + topology.shard() + " has no healthy replica that may be cloned. " + wait,
        "Bring a replica back: the shard's status says what is wrong with each.");
  }

  /** Neither in the repository any longer, nor anywhere else. */
  static Failure backupGone(ShardName shard, String backup) {
    return Failure.of(
        FailureCode.BACKUP_MISSING,
        "Backup " + backup + " of shard " + shard + " is not in the repository.",
        "List the shard's backups (reseed backups), and look in the store's log for who removed"
            + " it.");
  }

  /** All are sound, as far as is known. */
  static Failure noneUsable(Topology topology, KnownBackups backups) {
    String newest =
        backups
            .newestUsable()
            .map(b -> " The newest one, %s: %s.".formatted(b.backup(), b.unusable()))
            .orElse("");
    return Failure.of(
        FailureCode.NO_BACKUP,
        "No backup of shard %s is usable with its present primary, though nothing is known to be"
                .formatted(topology.shard())
            + " wrong with them."
            + newest,
        "A fresh cycle makes a new one by itself; reseed backup --fresh --shard "
            + topology.shard()
            + " asks for it now. Until then no replica can be made.");
  }

  static Failure tooManyOrders(ShardName shard) {
    return Failure.of(
        FailureCode.REQUESTS_TOO_MANY,
        "Shard "
            + shard
            + " has "
            + Schedule.ORDERS_MAX
            + " requests waiting; this one is dropped.",
        "Ask again when some of them are done.");
  }

  /** Loud, whatever the pipeline is doing about it. */
  static Failure notProven(ShardName shard, String meanwhile) {
    return Failure.of(
        FailureCode.NO_PROVEN_BACKUP,
        "Shard " + shard + " has no backup that was ever restored. " + meanwhile,
        "Make sure that the next cycle comes through; until then a lost primary and its replicas"
            + " may not be restorable. reseed backup --shard "
            + shard
            + " asks for a cycle now.");
  }

  static Failure silent(Cycle.Active active, CyclePolicy policy) {
    Assignment assignment = active.assignment();
    return Failure.of(
        FailureCode.SEEDING_SILENT,
        "Seeding %s attempt %d on host %s gave no sign of life for %d s (stage %s)."
            .formatted(
                assignment.seeding(),
                assignment.attempt(),
                assignment.host(),
                policy.progressTimeout().toSeconds(),
                active.life().stage()),
        "Look whether the host, its restore-service and validator-service, and the"
            + " catchup-service run.");
  }
}

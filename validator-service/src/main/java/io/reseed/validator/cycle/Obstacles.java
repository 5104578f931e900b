package io.reseed.validator.cycle;

import io.reseed.backup.FailureCode;
import io.reseed.events.SeedingAssigned;
import io.reseed.fleet.Failure;
import io.reseed.fleet.FailureClass;
import io.reseed.fleet.ShardName;

/** What the machine itself finds in the way of a backup, in words. */
final class Obstacles {
  private Obstacles() {}

  static Failure noPrimary(Topology topology) {
    return new Failure(
        "NO_PRIMARY",
        FailureClass.TRANSIENT,
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
    return new Failure(
        "NO_DONOR",
        FailureClass.OPERATOR_MUST_ACT,
        "Shard " + topology.shard() + " has no healthy replica that may be cloned. " + wait,
        "Bring a replica back: the shard's status says what is wrong with each.");
  }

  /** Neither in the repository any longer, nor anywhere else. */
  static Failure backupGone(ShardName shard, String backup) {
    return new Failure(
        FailureCode.BACKUP_MISSING.name(),
        FailureClass.BAD_BACKUP,
        "Backup " + backup + " of shard " + shard + " is not in the repository.",
        "List the shard's backups (reseed backups), and look in the store's log for who removed"
            + " it.");
  }

  static Failure tooManyOrders(ShardName shard) {
    return new Failure(
        "REQUESTS_TOO_MANY",
        FailureClass.TRANSIENT,
        "Shard " + shard + " has " + Agenda.ORDERS_MAX + " requests waiting; this one is dropped.",
        "Ask again when some of them are done.");
  }

  /** Loud, whatever the pipeline is doing about it. */
  static Failure notProven(ShardName shard, String meanwhile) {
    return new Failure(
        "NO_PROVEN_BACKUP",
        FailureClass.OPERATOR_MUST_ACT,
        "Shard " + shard + " has no backup that was ever restored. " + meanwhile,
        "Make sure that the next cycle comes through; until then a lost primary and its replicas"
            + " may not be restorable. reseed backup --shard "
            + shard
            + " asks for a cycle now.");
  }

  static Failure silent(Cycle.Active active, CyclePolicy policy) {
    SeedingAssigned assignment = active.assignment();
    return new Failure(
        "SEEDING_SILENT",
        FailureClass.TRANSIENT,
        "Seeding %s attempt %d on host %s gave no sign of life for %d s (stage %s)."
            .formatted(
                assignment.seeding(),
                assignment.attempt(),
                assignment.host(),
                policy.progressSilenceMax().toSeconds(),
                active.life().stage()),
        "Look whether the host, its restore-service and validator-service, and the"
            + " catchup-service run.");
  }
}

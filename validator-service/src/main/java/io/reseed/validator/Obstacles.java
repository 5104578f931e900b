package io.reseed.validator;

import io.reseed.events.Failure;
import io.reseed.events.FailureClass;
import io.reseed.events.SeedingAssigned;

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
        "Shard " + topology.shard() + " has no backup and no healthy replica to copy. " + wait,
        "Bring a replica back: the shard's status says what is wrong with each.");
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

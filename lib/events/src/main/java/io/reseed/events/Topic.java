package io.reseed.events;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** All topics; a topic carries events of exactly one type. All have the same partition count. */
public enum Topic {
  PRIMARY_FAILED(PrimaryFailed.class, Cleanup.DELETE),
  SHARD_DECLARED(ShardDeclared.class, Cleanup.COMPACT),
  BACKUP_REQUESTED(BackupRequested.class, Cleanup.DELETE),
  WORK_PAUSED(WorkPaused.class, Cleanup.COMPACT),
  HOST_STATUS(HostStatus.class, Cleanup.COMPACT),
  REPLICA_REQUESTED(FailoverFact.ReplicaRequested.class, Cleanup.DELETE),
  REPLICA_HANDED_OVER(FailoverFact.ReplicaHandedOver.class, Cleanup.DELETE),
  SERVER_WITHDRAWN(FailoverFact.ServerWithdrawn.class, Cleanup.DELETE),
  CLAIM_ANSWERED(FailoverFact.ClaimAnswered.class, Cleanup.DELETE),
  VALIDATION_REQUESTED(ValidationRequested.class, Cleanup.DELETE),
  SEEDING_ASSIGNED(SeedingAssigned.class, Cleanup.COMPACT),
  PROOF_ASSIGNED(ProofAssigned.class, Cleanup.COMPACT),
  BACKUP_RESTORED(BackupRestored.class, Cleanup.DELETE),
  REPLICA_CAUGHT_UP(ReplicaCaughtUp.class, Cleanup.DELETE),
  SEEDING_FAILED(SeedingFailed.class, Cleanup.DELETE),
  SEEDING_PROGRESS(SeedingProgress.class, Cleanup.DELETE),
  SERVER_CHECKED(ServerChecked.class, Cleanup.DELETE),
  BACKUP_CREATED(BackupCreated.class, Cleanup.DELETE),
  BACKUP_VALIDATED(BackupValidated.class, Cleanup.DELETE),
  VALIDATION_FAILED(ValidationFailed.class, Cleanup.DELETE),
  SHARD_STATUS(ShardStatus.class, Cleanup.COMPACT),
  BACKUP_STATUS(BackupStatus.class, Cleanup.COMPACT),
  DEAD_LETTERS(DeadLetter.class, Cleanup.DELETE);

  /** Whether old records go by age, or all but the newest of each key go. */
  public enum Cleanup {
    DELETE,
    COMPACT
  }

  private final Class<? extends Event> eventType;
  private final Cleanup cleanup;

  Topic(Class<? extends Event> eventType, Cleanup cleanup) {
    this.eventType = eventType;
    this.cleanup = cleanup;
  }

  /** The topic's name without prefix, e.g. {@code primary-failed}. */
  public String baseName() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The topic's name in a cluster whose topics share {@code prefix} (may be empty). */
  public String name(String prefix) {
    return prefix + baseName();
  }

  /** The CloudEvents {@code type} attribute of this topic's events. */
  public String cloudEventType() {
    return "io.reseed." + baseName() + ".v1";
  }

  /** The record class that this topic carries. */
  public Class<? extends Event> eventType() {
    return eventType;
  }

  /** How the broker cleans this topic up. */
  public Cleanup cleanup() {
    return cleanup;
  }

  /** The topic whose name under {@code prefix} is {@code name}, if any. */
  public static Optional<Topic> named(String name, String prefix) {
    return Arrays.stream(values()).filter(topic -> topic.name(prefix).equals(name)).findFirst();
  }
}

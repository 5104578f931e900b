package io.reseed.events;

/**
 * A fact (or, for the compacted topics, a current status or an assignment) that travels on one
 * topic.
 */
public sealed interface Event
    permits BackupCreated,
        BackupRequested,
        BackupRestored,
        BackupStatus,
        BackupValidated,
        DeadLetter,
        FailoverFact,
        HostStatus,
        PrimaryFailed,
        ReplicaCaughtUp,
        Assignment,
        SeedingFailed,
        SeedingProgress,
        ServerChecked,
        ShardDeclared,
        ShardStatus,
        ValidationFailed,
        ValidationRequested,
        WorkPaused {

  /** The topic that carries this event. */
  Topic topic();

  /** The Kafka record's key; on compacted topics the newest record of a key replaces the others. */
  String key();

  /** What the partition is chosen by; differs from the key only for an {@link Assignment}. */
  default String partitionKey() {
    return key();
  }
}

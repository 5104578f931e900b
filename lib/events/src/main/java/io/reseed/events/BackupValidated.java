package io.reseed.events;

import java.util.List;

/**
 * A backup was restored, caught up and checked.
 *
 * @param seeding the dedicated server that proved it
 * @param checks the names of the checks that held
 */
public record BackupValidated(
    ShardName shard,
    String backup,
    String seeding,
    List<String> checks,
    long transactionsReplayed,
    long durationMillis)
    implements Event {
  /** Checks presence and bounds. */
  public BackupValidated {
    Check.present("shard", shard);
    Check.name("backup", backup);
    Check.name("seeding", seeding);
    checks = Check.atMost("checks", 1_000, checks);
    Check.atLeast("transactionsReplayed", 0, transactionsReplayed);
    Check.atLeast("durationMillis", 0, durationMillis);
  }

  @Override
  public Topic topic() {
    return Topic.BACKUP_VALIDATED;
  }

  @Override
  public String key() {
    return shard.toString();
  }
}

package io.reseed.events;

import io.reseed.events.rule.Check;
import io.reseed.fleet.ShardName;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A backup was restored, caught up and checked. The verdict stands beside it in the repository.
 *
 * @param backup the proven one
 * @param createdAt when it was made
 * @param seeding the dedicated server that proved it
 * @param next the backup that was made of that server; absent after an examination
 */
public record BackupValidated(
    ShardName shard,
    String backup,
    Instant createdAt,
    String seeding,
    Evidence evidence,
    @Nullable String next)
    implements Event {
  /** Checks presence and bounds. */
  public BackupValidated {
    Check.present("shard", shard);
    Check.name("backup", backup);
    Check.present("createdAt", createdAt);
    Check.name("seeding", seeding);
    Check.present("evidence", evidence);
    Check.optionalName("next", next);
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

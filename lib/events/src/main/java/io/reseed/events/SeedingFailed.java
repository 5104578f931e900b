package io.reseed.events;

import io.reseed.events.rule.Check;
import io.reseed.fleet.Failure;
import io.reseed.fleet.ShardName;
import org.jspecify.annotations.Nullable;

/**
 * One attempt of a seeding failed; its coordinator decides what follows.
 *
 * @param stage how far the seeding was, whoever tells of it
 * @param backup the backup it was made from, if it was made from one
 */
public record SeedingFailed(
    ShardName shard,
    String seeding,
    int attempt,
    SeedingPurpose purpose,
    String host,
    SeedingStage stage,
    Failure failure,
    @Nullable String backup)
    implements Event {
  /** Checks presence and bounds. */
  public SeedingFailed {
    Check.present("shard", shard);
    Check.name("seeding", seeding);
    Check.atLeast("attempt", 1, attempt);
    Check.present("purpose", purpose);
    Check.name("host", host);
    Check.present("stage", stage);
    Check.present("failure", failure);
    Check.optionalName("backup", backup);
  }

  @Override
  public Topic topic() {
    return Topic.SEEDING_FAILED;
  }

  @Override
  public String key() {
    return shard.toString();
  }
}

package io.reseed.events;

import org.jspecify.annotations.Nullable;

/**
 * A cycle of the backup pipeline failed.
 *
 * @param backup the backup that could not be proven; absent for a fresh full cycle
 * @param stage where it failed
 */
public record ValidationFailed(
    ShardName shard,
    String seeding,
    int attempt,
    @Nullable String backup,
    SeedingStage stage,
    Failure failure)
    implements Event {
  /** Checks presence and bounds. */
  public ValidationFailed {
    Check.present("shard", shard);
    Check.name("seeding", seeding);
    Check.atLeast("attempt", 1, attempt);
    Check.optionalName("backup", backup);
    Check.present("stage", stage);
    Check.present("failure", failure);
  }

  @Override
  public Topic topic() {
    return Topic.VALIDATION_FAILED;
  }

  @Override
  public String key() {
    return shard.toString();
  }
}

package io.reseed.events;

import io.reseed.events.rule.Check;
import io.reseed.fleet.Failure;
import io.reseed.fleet.InvalidFieldException;
import io.reseed.fleet.ShardName;
import org.jspecify.annotations.Nullable;

/**
 * A backup could not be proven, or a cycle of the backup pipeline failed.
 *
 * @param seeding the server that showed it; absent when the repository itself did
 * @param backup the backup that could not be proven; absent for a fresh cycle that made none
 * @param condemned whether that backup is marked unhealthy from now on
 * @param stage where it failed
 * @param next what the pipeline does about it
 */
public record ValidationFailed(
    ShardName shard,
    @Nullable String seeding,
    @Nullable String backup,
    boolean condemned,
    SeedingStage stage,
    Failure failure,
    Next next)
    implements Event {

  /** What follows. */
  public enum Next {
    /** A fresh full cycle begins at once. */
    FRESH_CYCLE,
    /** Another cycle begins after a while. */
    LATER_CYCLE,
    /** Nothing new: other backups or a cycle in flight serve. */
    NONE
  }

  /** Checks presence and bounds. */
  public ValidationFailed {
    Check.present("shard", shard);
    Check.optionalName("seeding", seeding);
    Check.optionalName("backup", backup);
    if (condemned && backup == null) {
      throw new InvalidFieldException("condemned", "needs a backup");
    }
    Check.present("stage", stage);
    Check.present("failure", failure);
    Check.present("next", next);
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

package io.reseed.events;

/**
 * A cycle of the backup pipeline began for a shard.
 *
 * @param seeding the dedicated server of the cycle
 * @param fresh whether it is a fresh full cycle (by CLONE) rather than one from the last backup
 * @param reason why now, for people
 */
public record ValidationRequested(ShardName shard, String seeding, boolean fresh, String reason)
    implements Event {
  /** Checks presence and bounds. */
  public ValidationRequested {
    Check.present("shard", shard);
    Check.name("seeding", seeding);
    Check.text("reason", reason);
  }

  @Override
  public Topic topic() {
    return Topic.VALIDATION_REQUESTED;
  }

  @Override
  public String key() {
    return shard.toString();
  }
}

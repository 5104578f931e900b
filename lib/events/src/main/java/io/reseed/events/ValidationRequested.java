package io.reseed.events;

import io.reseed.events.rule.Check;
import io.reseed.fleet.ShardName;
import org.jspecify.annotations.Nullable;

/**
 * The pipeline began a cycle for a shard: by its schedule, after a failure, or because of a {@link
 * BackupRequested}. Only the coordinator writes it; who wants a cycle writes that other event.
 *
 * @param seeding the dedicated server of the cycle
 * @param backup what is restored; absent for a fresh cycle
 * @param reason why now, for people
 */
public record ValidationRequested(
    ShardName shard, String seeding, CycleKind kind, @Nullable String backup, String reason)
    implements Event {
  /** Checks presence and bounds. */
  public ValidationRequested {
    Check.present("shard", shard);
    Check.name("seeding", seeding);
    Check.present("kind", kind);
    Check.optionalName("backup", backup);
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

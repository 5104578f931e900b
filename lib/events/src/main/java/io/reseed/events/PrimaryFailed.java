package io.reseed.events;

import io.reseed.events.rule.Check;
import io.reseed.fleet.InvalidFieldException;
import io.reseed.fleet.ServerAddress;
import io.reseed.fleet.ShardName;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A shard's primary is dead. Written by topology managers, and by the failover-detector when it
 * finds out itself. A hint, not the truth: the detector asks the servers before it acts. May be
 * published any number of times and by several publishers.
 *
 * @param failed the dead server
 * @param promoted its successor, where already known
 * @param reason for people
 * @param occurredAt the publisher's clock, for people only
 * @param incident the publisher's id of the recovery (orchestrator's UID), if it has one
 * @param publisher who says so, e.g. {@code orchestrator}
 */
public record PrimaryFailed(
    ShardName shard,
    ServerAddress failed,
    @Nullable ServerAddress promoted,
    String reason,
    Instant occurredAt,
    @Nullable String incident,
    String publisher)
    implements Event {
  /** Checks presence and bounds; a server cannot succeed itself. */
  public PrimaryFailed {
    Check.present("shard", shard);
    Check.present("failed", failed);
    Check.text("reason", reason);
    Check.present("occurredAt", occurredAt);
    Check.name("publisher", publisher);
    Check.optionalText("incident", incident);
    if (failed.equals(promoted)) {
      throw new InvalidFieldException("promoted", "must differ from the failed server");
    }
  }

  @Override
  public Topic topic() {
    return Topic.PRIMARY_FAILED;
  }

  @Override
  public String key() {
    return shard.toString();
  }
}

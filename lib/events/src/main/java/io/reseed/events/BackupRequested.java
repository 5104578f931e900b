package io.reseed.events;

import io.reseed.events.rule.Check;
import io.reseed.fleet.InvalidFieldException;
import io.reseed.fleet.ShardName;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Somebody outside wants something of a shard's backup pipeline now; {@code reseed backup} writes
 * it. Done as soon as no other cycle of the shard is in flight.
 *
 * @param request names it: one that comes again is done once
 * @param kind what cycle is wanted
 * @param backup the one to examine; only and always with {@code EXAMINATION}
 * @param publisher who asked, for people
 */
public record BackupRequested(
    ShardName shard,
    String request,
    CycleKind kind,
    @Nullable String backup,
    Instant requestedAt,
    String publisher)
    implements Event {
  /** Checks presence. */
  public BackupRequested {
    Check.present("shard", shard);
    Check.name("request", request);
    Check.present("kind", kind);
    Check.optionalName("backup", backup);
    if ((backup != null) != (kind == CycleKind.EXAMINATION)) {
      throw new InvalidFieldException("backup", "is given with kind EXAMINATION and only then");
    }
    Check.present("requestedAt", requestedAt);
    Check.name("publisher", publisher);
  }

  @Override
  public Topic topic() {
    return Topic.BACKUP_REQUESTED;
  }

  @Override
  public String key() {
    return shard.toString();
  }
}

package io.reseed.events;

import io.reseed.events.rule.Check;
import io.reseed.fleet.InvalidFieldException;
import io.reseed.fleet.PauseScope;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Nothing new is begun for a shard, for any shard of a cluster, or on a host: no replica and no
 * backup. What is under way goes on. It ends with its tombstone, or at its time; {@code reseed
 * pause}, {@code drain} and {@code resume} write it.
 *
 * @param reason for people
 * @param publisher who wants it, for people
 * @param until absent: until its tombstone
 */
public record WorkPaused(
    PauseScope scope, String reason, String publisher, Instant pausedAt, @Nullable Instant until)
    implements Event {
  /** Checks presence and order. */
  public WorkPaused {
    Check.present("scope", scope);
    Check.text("reason", reason);
    Check.name("publisher", publisher);
    Check.present("pausedAt", pausedAt);
    if (until != null && !until.isAfter(pausedAt)) {
      throw new InvalidFieldException("until", "must be after pausedAt");
    }
  }

  /** Whether it holds at that time. */
  public boolean holdsAt(Instant now) {
    return until == null || now.isBefore(until);
  }

  @Override
  public Topic topic() {
    return Topic.WORK_PAUSED;
  }

  @Override
  public String key() {
    return scope.toString();
  }
}

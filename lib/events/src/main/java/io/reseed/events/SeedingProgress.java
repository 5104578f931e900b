package io.reseed.events;

import io.reseed.events.rule.Check;
import io.reseed.fleet.ShardName;
import org.jspecify.annotations.Nullable;

/**
 * How far one attempt is; also its sign of life, sent about every second while work goes on.
 *
 * @param done of {@code total}, in {@code unit}
 * @param total zero while unknown
 * @param ratePerSecond in {@code unit} per second, over the last seconds
 * @param note what is going on beyond the numbers, e.g. that the store does not answer
 */
public record SeedingProgress(
    ShardName shard,
    String seeding,
    int attempt,
    SeedingPurpose purpose,
    String host,
    SeedingStage stage,
    Unit unit,
    long done,
    long total,
    long ratePerSecond,
    @Nullable String note)
    implements Event {
  /** What the numbers count. */
  public enum Unit {
    BYTES,
    TRANSACTIONS
  }

  /** Checks presence and bounds. */
  public SeedingProgress {
    Check.present("shard", shard);
    Check.name("seeding", seeding);
    Check.atLeast("attempt", 1, attempt);
    Check.present("purpose", purpose);
    Check.name("host", host);
    Check.present("stage", stage);
    Check.present("unit", unit);
    Check.atLeast("done", 0, done);
    Check.atLeast("total", 0, total);
    Check.atLeast("ratePerSecond", 0, ratePerSecond);
    Check.optionalText("note", note);
  }

  @Override
  public Topic topic() {
    return Topic.SEEDING_PROGRESS;
  }

  @Override
  public String key() {
    return shard.toString();
  }
}

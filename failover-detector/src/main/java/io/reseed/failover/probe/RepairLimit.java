package io.reseed.failover.probe;

import io.reseed.events.SeedingAssigned;
import io.reseed.events.SeedingPurpose;
import io.reseed.fleet.ShardName;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * How many replicas of one cluster are made at one time: when a zone or a network is lost, nearly
 * all of a cluster's replicas are missing at once, and making them all would load what is left of
 * it and be for nothing once the zone is back. Counted are those that are assigned, by whichever
 * detector, and those that this process let begin a moment ago. Thread-safe.
 */
public final class RepairLimit {
  /** In which one that was let begin is assigned, or not begun after all. */
  private static final Duration BEGINNING = Duration.ofSeconds(60);

  private final int repairsMax;
  private final LongSupplier nanoTime;
  private final Map<String, Begun> begun = new HashMap<>();

  private record Begun(ShardName shard, long atNanos) {}

  /**
   * Makes one that has let nothing begin yet.
   *
   * @param repairsMax of one cluster
   * @throws IllegalArgumentException when it lets nothing begin
   */
  public RepairLimit(int repairsMax) {
    this(repairsMax, System::nanoTime);
  }

  RepairLimit(int repairsMax, LongSupplier nanoTime) {
    if (repairsMax < 1) {
      throw new IllegalArgumentException(
          "reseed.detector.repairs-max must be 1 or more, not " + repairsMax);
    }
    this.repairsMax = repairsMax;
    this.nanoTime = nanoTime;
  }

  /** How many replicas of one cluster are made at one time. */
  public int repairsMax() {
    return repairsMax;
  }

  /**
   * Lets a seeding begin, or go on with another attempt.
   *
   * @param assigned all current assignments
   * @return false while as many of the shard's cluster are in the making
   */
  synchronized boolean lets(String seeding, ShardName shard, Collection<SeedingAssigned> assigned) {
    long now = nanoTime.getAsLong();
    begun.values().removeIf(one -> now - one.atNanos() > BEGINNING.toNanos());
    assigned.forEach(one -> begun.remove(one.seeding())); // its assignment counts from here on
    Map<String, ShardName> making = new HashMap<>();
    begun.forEach((id, one) -> making.put(id, one.shard()));
    assigned.stream()
        .filter(one -> one.purpose() == SeedingPurpose.REPLICA)
        .filter(one -> one.goal() == SeedingAssigned.Goal.MAKE)
        .forEach(one -> making.put(one.seeding(), one.shard()));
    making.remove(seeding);
    boolean hasRoom =
        making.values().stream().filter(one -> one.cluster().equals(shard.cluster())).count()
            < repairsMax;
    if (hasRoom) {
      begun.put(seeding, new Begun(shard, now));
    }
    return hasRoom;
  }

  /** One that was let begin could not: others may, until it tries again. */
  synchronized void withdraw(String seeding) {
    begun.remove(seeding);
  }
}

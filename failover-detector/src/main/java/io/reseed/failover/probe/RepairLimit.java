package io.reseed.failover.probe;

import io.reseed.events.SeedingAssigned;
import io.reseed.events.SeedingPurpose;
import io.reseed.fleet.ShardName;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
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

  /** However small the cluster is: what two shards lose at once is no mass. */
  static final int REPAIRS_MIN = 5;

  private final Bounds bounds;
  private final LongSupplier nanoTime;
  private final Map<String, Begun> begun = new HashMap<>();

  private record Begun(ShardName shard, long atNanos) {}

  /**
   * How many replicas of one cluster are made at one time: the smaller of both.
   *
   * @param repairsMax at most
   * @param sharePercent of the servers that the cluster's shards shall have, but {@link
   *     #REPAIRS_MIN} at least
   */
  public record Bounds(int repairsMax, int sharePercent) {
    /**
     * Checks.
     *
     * @throws IllegalArgumentException when nothing could begin
     */
    public Bounds {
      if (repairsMax < 1) {
        throw new IllegalArgumentException(
            "reseed.detector.repairs-max must be 1 or more, not " + repairsMax);
      }
      if (sharePercent < 1 || sharePercent > 100) {
        throw new IllegalArgumentException(
            "reseed.detector.repairs-share-max must be 1 to 100 (percent), not " + sharePercent);
      }
    }

    /**
     * For a cluster.
     *
     * @param servers that its shards shall have; while that is not known, few are let begin
     */
    int of(OptionalInt servers) {
      long share = Math.max(REPAIRS_MIN, (long) servers.orElse(0) * sharePercent / 100);
      return Math.toIntExact(Math.min(repairsMax, share));
    }
  }

  /** Makes one that has let nothing begin yet. */
  public RepairLimit(Bounds bounds) {
    this(bounds, System::nanoTime);
  }

  RepairLimit(Bounds bounds, LongSupplier nanoTime) {
    this.bounds = bounds;
    this.nanoTime = nanoTime;
  }

  /** How many replicas of a cluster with so many servers are made at one time. */
  int repairsMax(OptionalInt servers) {
    return bounds.of(servers);
  }

  /**
   * Lets a seeding begin, or go on with another attempt.
   *
   * @param assigned all current assignments
   * @param limit how many may be made at one time
   * @return false while as many of the shard's cluster are in the making
   */
  synchronized boolean lets(
      String seeding, ShardName shard, Collection<SeedingAssigned> assigned, int limit) {
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
            < limit;
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

package io.reseed.mysql.replication;

import io.reseed.mysql.gtid.GtidSet;
import java.util.List;
import java.util.OptionalLong;

/** Pure judgements on a replica that catches up. */
public final class CatchUp {
  private CatchUp() {}

  /**
   * When the lag counts as small.
   *
   * @param lagMillisMax the largest lag allowed in each sample
   * @param samples how many last samples in a row must hold
   */
  public record Bound(long lagMillisMax, int samples) {
    /** At most 2 s in 3 samples. */
    public static final Bound DEFAULT = new Bound(2_000, 3);

    /** Refuses what can never hold. */
    public Bound {
      if (lagMillisMax < 0 || samples < 1) {
        throw new IllegalArgumentException("lag bound " + lagMillisMax + " ms, samples " + samples);
      }
    }
  }

  /**
   * Caught up: everything that the primary had at the pinned moment is executed, and the last
   * samples of the lag are all known and within the bound.
   *
   * @param lagSamples oldest first; an empty one (replication did not run) does not hold
   */
  public static boolean caughtUp(
      GtidSet executed, GtidSet pinned, List<OptionalLong> lagSamples, Bound bound) {
    int size = lagSamples.size();
    return executed.contains(pinned)
        && size >= bound.samples()
        && lagSamples.subList(size - bound.samples(), size).stream()
            .allMatch(lag -> lag.isPresent() && lag.getAsLong() <= bound.lagMillisMax());
  }

  /**
   * How far, in transactions.
   *
   * @param done those of {@code total} that are executed
   * @param total those between the begin and the pinned target
   */
  public record Progress(long done, long total) {
    /** Transactions still to apply. */
    public long remaining() {
      return total - done;
    }
  }

  /** Progress from the set it began with towards the pinned target. */
  public static Progress progress(GtidSet begunWith, GtidSet executed, GtidSet pinned) {
    GtidSet toDo = pinned.subtract(begunWith);
    return new Progress(toDo.intersect(executed).count(), toDo.count());
  }
}

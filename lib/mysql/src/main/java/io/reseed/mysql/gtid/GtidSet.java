package io.reseed.mysql.gtid;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BinaryOperator;

/**
 * An immutable set of global transaction identifiers, tagged ones ({@code uuid:tag:1-5}) included.
 * Two sets are equal when they hold the same identifiers, however they were written.
 */
public final class GtidSet {
  /** The set that holds nothing. */
  public static final GtidSet EMPTY = new GtidSet(new TreeMap<>());

  /** No value is empty; never changed after construction. */
  private final SortedMap<Source, Intervals> sets;

  private GtidSet(SortedMap<Source, Intervals> sets) {
    this.sets = sets;
  }

  /**
   * Reads MySQL's syntax: {@code uuid[:tag]:interval…[:tag:interval…]} separated by commas, with
   * white space and line breaks anywhere between the parts, in either case. Empty text is the empty
   * set. Unlike the server it refuses an interval that runs backwards.
   *
   * @throws IllegalArgumentException with the position and what is wrong there, also for text
   *     longer than 16 Mi characters
   */
  public static GtidSet parse(String text) {
    SortedMap<Source, Intervals> sets = GtidParser.parse(text);
    return sets.isEmpty() ? EMPTY : new GtidSet(sets);
  }

  /** In this set or in the other. */
  public GtidSet union(GtidSet other) {
    SortedMap<Source, Intervals> result = new TreeMap<>(sets);
    other.sets.forEach((source, added) -> result.merge(source, added, Intervals::union));
    return new GtidSet(result);
  }

  /** In this set and not in the other. */
  public GtidSet subtract(GtidSet other) {
    return combine(other, Intervals::subtract);
  }

  /** In this set and in the other. */
  public GtidSet intersect(GtidSet other) {
    return combine(other, Intervals::intersect);
  }

  /** For operations whose result lies within this set. */
  private GtidSet combine(GtidSet other, BinaryOperator<Intervals> operation) {
    SortedMap<Source, Intervals> result = new TreeMap<>();
    sets.forEach(
        (source, mine) -> {
          Intervals theirs = other.sets.getOrDefault(source, Intervals.EMPTY);
          Intervals combined = operation.apply(mine, theirs);
          if (!combined.isEmpty()) {
            result.put(source, combined);
          }
        });
    return result.isEmpty() ? EMPTY : new GtidSet(result);
  }

  /** True when every identifier of the other is in this set; true for an empty other. */
  public boolean contains(GtidSet other) {
    return other.subtract(this).isEmpty();
  }

  /** True for no identifier. */
  public boolean isEmpty() {
    return sets.isEmpty();
  }

  /** How many identifiers; {@link Long#MAX_VALUE} when there are more than that. */
  public long count() {
    long count = 0;
    for (Intervals intervals : sets.values()) {
      count += intervals.count();
      if (count < 0) {
        return Long.MAX_VALUE;
      }
    }
    return count;
  }

  /** As the server prints it, on one line: sorted, intervals merged, parts separated by commas. */
  @Override
  public String toString() {
    StringBuilder out = new StringBuilder();
    String uuid = "";
    for (Map.Entry<Source, Intervals> entry : sets.entrySet()) {
      Source source = entry.getKey();
      if (!source.uuid().equals(uuid)) {
        out.append(uuid.isEmpty() ? "" : ",").append(source.uuid());
        uuid = source.uuid();
      }
      if (!source.tag().isEmpty()) {
        out.append(':').append(source.tag());
      }
      entry.getValue().print(out);
    }
    return out.toString();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof GtidSet that && sets.equals(that.sets);
  }

  @Override
  public int hashCode() {
    return sets.hashCode();
  }
}

package io.reseed.mysql.gtid;

import java.util.Arrays;

/**
 * An immutable set of transaction numbers as sorted, disjoint, non-adjacent closed intervals, flat:
 * first, last, first, last, … Numbers are 1 to {@link #NUMBER_MAX}.
 */
final class Intervals {
  /** The largest transaction number that the server hands out. */
  static final long NUMBER_MAX = Long.MAX_VALUE - 1;

  static final Intervals EMPTY = new Intervals(new long[0]);

  private final long[] bounds;

  private Intervals(long[] bounds) {
    this.bounds = bounds;
  }

  /** Reads pairs in any order, overlapping or not; takes the array over. */
  static Intervals ofPairs(long[] pairs) {
    long[][] sorted = new long[pairs.length / 2][];
    for (int i = 0; i < sorted.length; i++) {
      sorted[i] = new long[] {pairs[2 * i], pairs[2 * i + 1]};
    }
    Arrays.sort(sorted, (a, b) -> Long.compare(a[0], b[0]));
    Builder builder = new Builder(pairs.length);
    for (long[] pair : sorted) {
      builder.add(pair[0], pair[1]);
    }
    return builder.build();
  }

  boolean isEmpty() {
    return bounds.length == 0;
  }

  /** How many numbers; NUMBER_MAX at most, so it cannot overflow. */
  long count() {
    long count = 0;
    for (int i = 0; i < bounds.length; i += 2) {
      count += bounds[i + 1] - bounds[i] + 1;
    }
    return count;
  }

  Intervals union(Intervals other) {
    long[] a = bounds;
    long[] b = other.bounds;
    Builder builder = new Builder(a.length + b.length);
    int i = 0;
    int j = 0;
    while (i < a.length || j < b.length) {
      if (j >= b.length || (i < a.length && a[i] <= b[j])) {
        builder.add(a[i], a[i + 1]);
        i += 2;
      } else {
        builder.add(b[j], b[j + 1]);
        j += 2;
      }
    }
    return builder.build();
  }

  Intervals intersect(Intervals other) {
    long[] a = bounds;
    long[] b = other.bounds;
    Builder builder = new Builder(a.length + b.length);
    int i = 0;
    int j = 0;
    while (i < a.length && j < b.length) {
      long first = Math.max(a[i], b[j]);
      long last = Math.min(a[i + 1], b[j + 1]);
      if (first <= last) {
        builder.add(first, last);
      }
      if (a[i + 1] < b[j + 1]) {
        i += 2;
      } else {
        j += 2;
      }
    }
    return builder.build();
  }

  Intervals subtract(Intervals other) {
    long[] b = other.bounds;
    Builder builder = new Builder(bounds.length + b.length);
    int j = 0;
    for (int i = 0; i < bounds.length; i += 2) {
      long first = bounds[i];
      long last = bounds[i + 1];
      while (j < b.length && b[j + 1] < first) {
        j += 2;
      }
      for (int k = j; k < b.length && b[k] <= last && first <= last; k += 2) {
        if (b[k] > first) {
          builder.add(first, b[k] - 1);
        }
        first = b[k + 1] + 1;
      }
      if (first <= last) {
        builder.add(first, last);
      }
    }
    return builder.build();
  }

  /** Writes {@code :1-5:7}. */
  void print(StringBuilder out) {
    for (int i = 0; i < bounds.length; i += 2) {
      out.append(':').append(bounds[i]);
      if (bounds[i + 1] != bounds[i]) {
        out.append('-').append(bounds[i + 1]);
      }
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Intervals that && Arrays.equals(bounds, that.bounds);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bounds);
  }

  /** Collects intervals that come in order of their first numbers. */
  private static final class Builder {
    private final long[] bounds;
    private int size;

    /** Every result here has at most as many bounds as its operands together. */
    Builder(int boundsMax) {
      bounds = new long[boundsMax];
    }

    void add(long first, long last) {
      if (size > 0 && first <= bounds[size - 1] + 1) {
        bounds[size - 1] = Math.max(bounds[size - 1], last);
      } else {
        bounds[size++] = first;
        bounds[size++] = last;
      }
    }

    Intervals build() {
      return size == 0 ? EMPTY : new Intervals(Arrays.copyOf(bounds, size));
    }
  }
}

package io.reseed.bench.figures;

import java.util.Arrays;

/** Several values of one thing: how many, their median, and what they lie between. */
public record Spread(int count, double median, double min, double max) {
  /**
   * Of at least one value.
   *
   * @throws IllegalArgumentException when there is none
   */
  public static Spread of(double... values) {
    if (values.length == 0) {
      throw new IllegalArgumentException("no value, no median");
    }
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    double median =
        sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    return new Spread(sorted.length, median, sorted[0], sorted[sorted.length - 1]);
  }
}

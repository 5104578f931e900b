package io.reseed.bench.work;

import io.reseed.bench.contest.Rounds;
import io.reseed.bench.data.DataKind;
import io.reseed.bench.machine.PageCache;
import java.util.List;

/**
 * What is measured.
 *
 * @param sizes bytes of rows that servers are filled with
 * @param kind of rows
 * @param caches states of the page cache
 * @param shares of rows that change before an incremental snapshot
 * @param lineBytesPerSecond of the network in contests that have one; 0 for no such contests
 * @param rounds of each contest
 */
public record Settings(
    List<Long> sizes,
    DataKind kind,
    List<PageCache> caches,
    List<Double> shares,
    long lineBytesPerSecond,
    Rounds rounds) {
  /** Copies the lists. */
  public Settings {
    sizes = List.copyOf(sizes);
    caches = List.copyOf(caches);
    shares = List.copyOf(shares);
  }
}

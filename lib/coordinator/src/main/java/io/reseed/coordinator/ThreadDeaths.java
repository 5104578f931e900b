package io.reseed.coordinator;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/** Bounds how many stream threads are replaced within a while. Thread-safe. */
final class ThreadDeaths {
  private static final Duration WHILE = Duration.ofMinutes(10);

  private final int replacementsMax;
  private final Deque<Long> replacedAtNanos = new ArrayDeque<>();

  ThreadDeaths(int replacementsMax) {
    this.replacementsMax = replacementsMax;
  }

  /** Whether one more thread may be replaced now; counts it when so. */
  synchronized boolean mayReplace(long nowNanos) {
    while (!replacedAtNanos.isEmpty() && nowNanos - replacedAtNanos.getFirst() > WHILE.toNanos()) {
      replacedAtNanos.removeFirst();
    }
    if (replacedAtNanos.size() >= replacementsMax) {
      return false;
    }
    replacedAtNanos.addLast(nowNanos);
    return true;
  }
}

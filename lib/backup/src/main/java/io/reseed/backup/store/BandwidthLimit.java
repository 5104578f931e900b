package io.reseed.backup.store;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** One direction of a {@link Bandwidth}. Safe for many threads. */
final class BandwidthLimit {
  private final ReentrantLock lock = new ReentrantLock(true);
  private final Condition changed = lock.newCondition();
  private TokenBucket bucket = new TokenBucket(0, System.nanoTime());
  private long bytesPerSecond;

  BandwidthLimit(long bytesPerSecond) {
    this.bytesPerSecond = checked(bytesPerSecond);
  }

  /** Holds from now on, for those who wait, too. */
  void set(long bytesPerSecondNow) {
    lock.lock();
    try {
      if (bytesPerSecond == Bandwidth.UNLIMITED) {
        bucket = new TokenBucket(0, System.nanoTime());
      } else {
        bucket = bucket.at(System.nanoTime(), bytesPerSecond);
      }
      bytesPerSecond = checked(bytesPerSecondNow);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  long get() {
    lock.lock();
    try {
      return bytesPerSecond;
    } finally {
      lock.unlock();
    }
  }

  /** Waits until so many bytes may pass. */
  void pass(long bytes) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (bytesPerSecond != Bandwidth.UNLIMITED) {
        bucket = bucket.at(System.nanoTime(), bytesPerSecond);
        long nanos = bucket.nanosInDebt(bytesPerSecond);
        if (nanos == 0) {
          bucket = bucket.without(bytes);
          return;
        }
        long ignored = changed.awaitNanos(nanos);
      }
    } finally {
      lock.unlock();
    }
  }

  private static long checked(long bytesPerSecond) {
    if (bytesPerSecond < 0) {
      throw new IllegalArgumentException("a bandwidth limit below zero: " + bytesPerSecond);
    }
    return bytesPerSecond;
  }
}

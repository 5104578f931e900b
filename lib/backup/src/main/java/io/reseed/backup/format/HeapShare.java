package io.reseed.backup.format;

import io.reseed.fleet.FailureCode;
import io.reseed.fleet.FailureException;

/**
 * How much memory what is read of one object may take. A few kilobytes in the store may stand for
 * any number of values, and what a process reads is not its own: it must not end for want of
 * memory.
 *
 * @param bytes the most
 */
record HeapShare(long bytes) {
  /** Half of this process's heap: the other half is everybody else's. */
  static final HeapShare OF_THIS_PROCESS = new HeapShare(Runtime.getRuntime().maxMemory() / 2);

  /**
   * Says that there is not so much.
   *
   * @param what is read, for people
   */
  void require(long needed, String what) {
    if (needed > bytes) {
      throw new FailureException(
          FailureCode.HEAP_TOO_SMALL,
          "%s takes more than %d MiB of memory when it is read, half of this process's heap"
              .formatted(what, bytes >> 20),
          "Give this process a larger heap (-Xmx), if this object is an honest one.");
    }
  }
}

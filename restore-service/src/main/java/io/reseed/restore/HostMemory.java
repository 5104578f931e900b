package io.reseed.restore;

import com.sun.management.OperatingSystemMXBean;
import io.reseed.fleet.FailureCode;
import io.reseed.fleet.FailureException;
import java.lang.management.ManagementFactory;

/**
 * What of the host's memory the buffer pools of its servers may take together. mysqld takes a pool
 * page by page: one that is larger than the memory starts, and is killed later, or another server
 * in its place.
 *
 * @param poolsMegabytesMax of all pools
 */
record HostMemory(long poolsMegabytesMax) {
  private static final long BYTES_OF_MEGABYTE = 1L << 20;

  /** A pool consists of chunks: mysqld would make of less a whole one. */
  private static final long CHUNK_MEGABYTES = 128;

  /** A server with less of what it should have is of little use, and another host may have more. */
  private static final long SHARE_MIN = 4;

  HostMemory {
    if (poolsMegabytesMax < ServerPool.MEGABYTES_MIN) {
      throw new IllegalArgumentException(
          "reseed.host.memory-share-max leaves %d MB for buffer pools, which is less than one"
              .formatted(poolsMegabytesMax));
    }
  }

  /**
   * Of the machine's memory, or of the control group's that this process is in, as its mysqlds are.
   *
   * @param sharePercent for buffer pools
   */
  static HostMemory share(int sharePercent) {
    if (sharePercent < 1 || sharePercent > 100) {
      throw new IllegalArgumentException(
          "reseed.host.memory-share-max must be 1 to 100, not " + sharePercent);
    }
    long bytes =
        ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
    return new HostMemory(bytes / BYTES_OF_MEGABYTE * sharePercent / 100);
  }

  /**
   * The pool that a server gets: what it should have, or what is left.
   *
   * @param wantedMegabytes by the configuration
   * @param takenMegabytes by the host's other servers
   * @throws FailureException HOST_MEMORY_FULL where a fraction only is left
   */
  long granted(long wantedMegabytes, long takenMegabytes) {
    long possible = Math.min(wantedMegabytes, poolsMegabytesMax);
    long left = poolsMegabytesMax - takenMegabytes;
    if (left >= wantedMegabytes) {
      return wantedMegabytes;
    }
    if (left < ServerPool.MEGABYTES_MIN || left < possible / SHARE_MIN) {
      throw new FailureException(
          FailureCode.HOST_MEMORY_FULL,
          "A buffer pool of %,d MB is wanted, and of the %,d MB that this host has for buffer pools its servers take %,d."
              .formatted(wantedMegabytes, poolsMegabytesMax, takenMegabytes),
          "Another host is tried. Give hosts no more reseed.host.slots than pools fit into their"
              + " memory, or servers a smaller pool (reseed.host.buffer-pool-megabytes, or"
              + " innodb_buffer_pool_size among servers.options).");
    }
    long least = Math.min(left, possible);
    return least < CHUNK_MEGABYTES ? least : least / CHUNK_MEGABYTES * CHUNK_MEGABYTES;
  }
}

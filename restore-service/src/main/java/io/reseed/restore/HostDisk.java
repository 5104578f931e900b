package io.reseed.restore;

import io.reseed.agent.JobId;
import io.reseed.fleet.FailureCode;
import io.reseed.fleet.FailureException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The host's free disk, less what restores under way will still write. Thread-safe. */
final class HostDisk {
  private final HostProfile host;
  private final Map<JobId, Long> outstandingBytes = new ConcurrentHashMap<>();

  HostDisk(HostProfile host) {
    this.host = host;
  }

  /** The folder that holds all of this host's files. */
  Path directory() {
    return host.directory();
  }

  /** What a new server may take: may be negative when the reserve is eaten into. */
  long bytesFree() {
    try {
      long promised = outstandingBytes.values().stream().mapToLong(Long::longValue).sum();
      return Files.getFileStore(host.directory()).getUsableSpace()
          - host.bytesReserved()
          - promised;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot ask for the free space of " + host.directory(), e);
    }
  }

  /** Sets the bytes aside, or throws TARGET_FULL. Repeating it counts them once. */
  synchronized void promise(JobId job, long bytes) {
    outstandingBytes.remove(job);
    long free = bytesFree();
    if (bytes > free) {
      throw full(
          "The server needs %,d bytes, and %s of host %s has %,d left beyond its reserve of %,d."
              .formatted(bytes, host.directory(), host.name(), free, host.bytesReserved()));
    }
    outstandingBytes.put(job, bytes);
  }

  /** So much is still to be written; the rest shows in the disk's own figure. */
  void outstanding(JobId job, long bytes) {
    outstandingBytes.put(job, Math.max(0, bytes));
  }

  /** Nothing more is to be written. */
  void release(JobId job) {
    outstandingBytes.remove(job);
  }

  /** The failure of a host without room. */
  static FailureException full(String message) {
    return new FailureException(
        FailureCode.TARGET_FULL,
        message,
        "Another host is tried; free some disk here, or add hosts, if none is left.");
  }
}

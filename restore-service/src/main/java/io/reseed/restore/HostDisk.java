package io.reseed.restore;

import io.reseed.fleet.Failure;
import io.reseed.fleet.FailureClass;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The host's free disk, less what restores under way will still write. Thread-safe. */
final class HostDisk {
  private final HostProfile host;
  private final Map<JobId, Long> outstandingBytes = new ConcurrentHashMap<>();

  HostDisk(HostProfile host) {
    this.host = host;
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

  /** Sets the bytes aside, or says why they are not there. Repeating it counts them once. */
  synchronized Optional<Failure> promise(JobId job, long bytes) {
    outstandingBytes.remove(job);
    long free = bytesFree();
    if (bytes > free) {
      return Optional.of(
          full(
              "The server needs %,d bytes, and %s of host %s has %,d left beyond its reserve of %,d."
                  .formatted(bytes, host.directory(), host.name(), free, host.bytesReserved())));
    }
    outstandingBytes.put(job, bytes);
    return Optional.empty();
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
  static Failure full(String message) {
    return new Failure(
        "DISK_FULL",
        FailureClass.TRANSIENT,
        message,
        "Another host is tried; free some disk here, or add hosts, if none is left.");
  }
}

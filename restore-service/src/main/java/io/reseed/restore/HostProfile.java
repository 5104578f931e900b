package io.reseed.restore;

import io.reseed.agent.JobId;
import io.reseed.events.HostStatus;
import io.reseed.fleet.ServerAddress;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What this host is and may hold.
 *
 * @param address where its servers listen
 * @param portFirst first port of the range that its servers take theirs from
 * @param portLast last port of that range
 * @param directory holds {@code servers/} and {@code jobs/}
 * @param slots how many servers it may hold
 * @param bytesReserved free disk that no placement may use
 * @param bufferPoolMegabytes of each server that its cluster's options give no other
 * @param memory for all of them
 */
record HostProfile(
    String name,
    HostStatus.Pool pool,
    String zone,
    String address,
    int portFirst,
    int portLast,
    Path directory,
    int slots,
    long bytesReserved,
    int bufferPoolMegabytes,
    HostMemory memory) {

  HostProfile {
    address = ServerAddress.requireHost("reseed.host.address", address);
    directory = directory.toAbsolutePath().normalize();
    if (portFirst < 1 || portLast > 65_535 || portLast < portFirst) {
      throw new IllegalArgumentException(
          "reseed.host.port-first and port-last must be a range within 1 to 65535, not %d to %d"
              .formatted(portFirst, portLast));
    }
    if (slots < 0 || slots > 1_000 || bytesReserved < 0) {
      throw new IllegalArgumentException(
          "reseed.host.slots must be 0 to 1000 and bytes-reserved at least 0, not %d and %d"
              .formatted(slots, bytesReserved));
    }
  }

  /** Whether the job's server is not here any longer, although the disk is that it lay on. */
  boolean isTakenAway(JobId job) {
    return Files.isDirectory(directory.resolve("servers"))
        && Files.isDirectory(directory.resolve("jobs").resolve(job.folderName()))
        && Files.notExists(serverDirectory(job));
  }

  /** The folder of one job's server. */
  Path serverDirectory(JobId job) {
    return directory.resolve("servers").resolve(job.folderName());
  }
}

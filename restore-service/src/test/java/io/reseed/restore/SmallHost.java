package io.reseed.restore;

import io.reseed.events.HostStatus;
import io.reseed.fleet.ServerAddress;
import java.nio.file.Path;

/** A host with one port, for servers with the smallest of buffer pools. */
final class SmallHost {
  private SmallHost() {}

  static HostProfile of(ServerAddress address, Path folder, HostMemory memory) {
    return new HostProfile(
        "h",
        HostStatus.Pool.REPLICA,
        "z",
        address.host(),
        address.port(),
        address.port(),
        folder,
        4,
        0,
        64,
        memory);
  }
}

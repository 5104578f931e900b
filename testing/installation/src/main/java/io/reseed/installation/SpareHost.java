package io.reseed.installation;

import java.nio.file.Path;

/**
 * A "host" that takes new servers: a loopback address, a range of ports and a folder, with a
 * restore-service of its own.
 *
 * @param pool {@code REPLICA} or {@code BACKUP}
 */
public record SpareHost(
    String name, String pool, String zone, String address, int portFirst, Path directory) {
  static final int PORTS = 10;

  /** The last port of its range. */
  public int portLast() {
    return portFirst + PORTS - 1;
  }
}

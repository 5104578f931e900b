package io.reseed.failover;

import io.reseed.events.ServerAddress;

/** The events' addresses as lib/mysql's and back; the libraries do not know each other. */
final class Addresses {
  private Addresses() {}

  static io.reseed.mysql.ServerAddress ofMysql(ServerAddress address) {
    return new io.reseed.mysql.ServerAddress(address.host(), address.port());
  }

  static ServerAddress ofEvent(io.reseed.mysql.ServerAddress address) {
    return new ServerAddress(address.host(), address.port());
  }
}

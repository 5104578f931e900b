package io.reseed.demo;

import io.reseed.mysql.ServerAddress;

/** Addresses as the events and as the MySQL library write them: the libraries know no other. */
final class Addresses {
  private Addresses() {}

  static ServerAddress of(io.reseed.events.ServerAddress address) {
    return new ServerAddress(address.host(), address.port());
  }

  static io.reseed.events.ServerAddress of(ServerAddress address) {
    return new io.reseed.events.ServerAddress(address.host(), address.port());
  }
}

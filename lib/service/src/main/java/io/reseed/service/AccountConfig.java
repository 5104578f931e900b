package io.reseed.service;

import io.reseed.mysql.Credentials;

/** One account of a cluster's servers. */
public interface AccountConfig {
  String user();

  String password();

  /** As the servers are told. */
  static Credentials credentials(AccountConfig account) {
    return new Credentials(account.user(), account.password());
  }
}

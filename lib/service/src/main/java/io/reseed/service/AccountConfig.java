package io.reseed.service;

import io.reseed.mysql.Credentials;
import io.reseed.mysql.trust.ServerTrust;

/** One account of a cluster's servers. */
public interface AccountConfig {
  String user();

  String password();

  /** As the servers are told that are trusted. */
  static Credentials credentials(AccountConfig account, ServerTrust trust) {
    return new Credentials(account.user(), account.password(), trust);
  }
}

package io.reseed.mysql.replication;

import io.reseed.fleet.ServerAddress;
import io.reseed.mysql.Credentials;

/**
 * A source to replicate from.
 *
 * @param tls whether to insist on TLS; without it the password is protected by the source's public
 *     key and the data by nothing
 */
public record ReplicationSource(ServerAddress address, Credentials credentials, boolean tls) {}

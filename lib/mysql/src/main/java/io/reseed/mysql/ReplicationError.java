package io.reseed.mysql;

import io.reseed.fleet.FailureCode;

/**
 * A replication error as the server keeps it, classified.
 *
 * @param errno MySQL's error number
 * @param text the server's message
 * @param code our code; its class decides what to do
 */
public record ReplicationError(int errno, String text, FailureCode code) {}

package io.reseed.mysql;

import io.reseed.fleet.ServerAddress;

/** What came of looking at a server. */
public sealed interface Observation {
  /** The address that was asked. */
  ServerAddress address();

  /** The server answered. */
  record Reachable(ServerAddress address, ServerObservation server) implements Observation {}

  /**
   * The server did not answer fully.
   *
   * @param kind why; see {@link Kind#provesListener}
   * @param reason for people
   */
  record Unreachable(ServerAddress address, Kind kind, String reason) implements Observation {}

  /** Why a server could not be observed. */
  enum Kind {
    /** The host answered that nothing listens there. */
    REFUSED,
    /** No answer in time: network, host down, or a stalled server. */
    TIMEOUT,
    /** The name does not resolve here. */
    UNKNOWN_HOST,
    /** A server answered, and refused the account or lacks a privilege: not a dead server. */
    ACCESS_DENIED,
    /** A server answered: all connections are in use. */
    TOO_MANY_CONNECTIONS,
    /** A server answered: its replication waits for disk space, and so would who asks for it. */
    DISK_FULL,
    /** Starting up, shutting down, or the connection broke in the middle. */
    CONNECTION_LOST,
    /** A server answered, but not as one does whose state can be told: rubbish, or a NULL. */
    UNREADABLE,
    /** It was not asked: its address is none of those that the account's trust allows. */
    NOT_ALLOWED,
    /** It was not asked: it did not show that it is the server that is meant. */
    NOT_VERIFIED,
    /** Anything else; the reason says what. */
    OTHER;

    /** True when a server must not be held for dead: a process answered, or we did not ask it. */
    public boolean provesListener() {
      return switch (this) {
        case ACCESS_DENIED, TOO_MANY_CONNECTIONS, DISK_FULL, UNREADABLE -> true;
        case NOT_ALLOWED, NOT_VERIFIED -> true;
        case REFUSED, TIMEOUT, UNKNOWN_HOST, CONNECTION_LOST, OTHER -> false;
      };
    }
  }
}

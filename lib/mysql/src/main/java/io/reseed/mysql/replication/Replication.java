package io.reseed.mysql.replication;

import io.reseed.mysql.Credentials;
import io.reseed.mysql.MysqlSession;
import io.reseed.mysql.NotYet;
import io.reseed.mysql.ServerAddress;

/** Changes what a replica replicates from. Sessions need the agent's privileges. */
public final class Replication {
  private Replication() {}

  /** What {@link #attach} did. */
  public enum Attached {
    /** It replicated from that source already, both threads running: nothing was changed. */
    ALREADY,
    /** The channel was set up anew and started. */
    NEWLY
  }

  /**
   * Makes the server replicate from the source by GTID auto-position, over TLS: STOP REPLICA; RESET
   * REPLICA ALL; CHANGE REPLICATION SOURCE TO …; START REPLICA. May be repeated. What was fetched
   * from a former source and not applied is dropped and fetched again from the new one, which is
   * the truth now. Returns before the connection stands: watch {@link MysqlSession#probe}.
   */
  public static Attached attach(
      MysqlSession replica, ServerAddress source, Credentials replication) {
    return attach(replica, new ReplicationSource(source, replication, true));
  }

  /** The same with a choice of TLS. */
  public static Attached attach(MysqlSession replica, ReplicationSource source) {
    return NotYet.body(replica, source);
  }

  /** STOP REPLICA; RESET REPLICA ALL. Nothing happens where no channel is configured. */
  public static void detach(MysqlSession replica) {
    NotYet.body(replica);
  }

  /**
   * Lifts the fence's skip_replica_start for good (SET PERSIST_ONLY), so that the server replicates
   * again after a restart. super_read_only stays on, also over a restart. May be repeated; to be
   * called when the server is handed over.
   */
  public static void beginServing(MysqlSession replica) {
    NotYet.body(replica);
  }

  /**
   * Makes a replica the primary: STOP REPLICA, RESET REPLICA ALL, super_read_only and read_only off
   * and persisted so. The caller has made sure that all of its relay logs are applied and that no
   * other primary lives.
   */
  public static void promote(MysqlSession replica) {
    NotYet.body(replica);
  }
}

package io.reseed.mysql.replication;

import io.reseed.fleet.ServerAddress;
import io.reseed.mysql.Credentials;
import io.reseed.mysql.MysqlSession;
import io.reseed.mysql.Row;
import io.reseed.mysql.gtid.GtidSet;
import java.util.Optional;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Changes what a replica replicates from. Sessions need the agent's privileges. */
public final class Replication {
  private static final Logger LOG = LoggerFactory.getLogger(Replication.class);

  /**
   * After a lost connection the receiver tries again every second, as often as the server allows
   * when it must not give up: whoever watches it decides when to stop or to re-point it.
   */
  private static final String CHANGE_SOURCE =
      """
      CHANGE REPLICATION SOURCE TO
        SOURCE_HOST = ?, SOURCE_PORT = ?, SOURCE_USER = ?, SOURCE_PASSWORD = ?,
        SOURCE_AUTO_POSITION = 1, SOURCE_SSL = 1, SOURCE_SSL_CA = ?,
        SOURCE_SSL_VERIFY_SERVER_CERT = ?, GET_SOURCE_PUBLIC_KEY = ?,
        SOURCE_CONNECT_RETRY = 1, SOURCE_RETRY_COUNT = 86400, SOURCE_HEARTBEAT_PERIOD = 2
      """;

  private Replication() {}

  /** What {@link #attach} did. */
  public enum Attached {
    /** It replicated from that source already, both threads running: nothing was changed. */
    ALREADY,
    /** The channel was set up anew and started. */
    NEWLY,
    /**
     * The server executed what the source has not. It was stopped, so that this stays as it is, and
     * nothing else was changed.
     */
    AHEAD
  }

  /**
   * Makes the server replicate from the source by GTID auto-position, over TLS: STOP REPLICA; RESET
   * REPLICA ALL; CHANGE REPLICATION SOURCE TO …; START REPLICA. May be repeated, also after a
   * failure in the middle. What was fetched from a former source and not applied is dropped and
   * fetched again from the new one: auto-position makes that safe, and it keeps transactions away
   * that the new source, which is the truth now, does not have. Returns before the connection
   * stands: watch {@link MysqlSession#probe}.
   *
   * <p>The source must show the replica what the account's trust asks for; the replica knows the
   * authorities by its own {@code ssl_ca}.
   *
   * @throws MysqlException SERVER_NOT_ALLOWED, TLS_FAILED where the replica has no {@code ssl_ca}
   *     to check its source by; nothing was changed then
   */
  public static Attached attach(
      MysqlSession replica, ServerAddress source, Credentials replication) {
    return attach(replica, new Source(source, replication), executed -> true);
  }

  /**
   * Attaches a server that may still apply what it fetched from a former source, unless it turns
   * out to be ahead of the new one: it is stopped first and compared then, for whatever was
   * compared before may be outdated by what its applier committed since. MySQL itself would not
   * refuse such a replica: it looks for transactions of the source's own UUID only.
   *
   * @param sourceHas what the source had executed at any time
   */
  public static Attached attachUnlessAhead(
      MysqlSession replica, ServerAddress source, Credentials replication, GtidSet sourceHas) {
    return attach(replica, new Source(source, replication), sourceHas::contains);
  }

  private record Source(ServerAddress address, Credentials account) {}

  private static Attached attach(MysqlSession replica, Source source, Predicate<GtidSet> fits) {
    SourceTls tls = SourceTls.of(replica, source.address(), source.account());
    Optional<Row> channel = channel(replica);
    if (channel.filter(row -> replicatesFrom(row, source) && tls.isThatOf(row)).isPresent()) {
      return Attached.ALREADY;
    }
    // Also without a channel: a copy of a replica brings metadata without relay logs (error 1872).
    replica.execute("STOP REPLICA");
    if (!fits.test(replica.gtidExecuted())) {
      return Attached.AHEAD;
    }
    // all channels: a copy has those of the server that it was made of, and one more is in the way
    replica.execute("RESET REPLICA ALL");
    replica.execute(
        CHANGE_SOURCE,
        source.address().host(),
        source.address().port(),
        source.account().user(),
        source.account().password(),
        tls.authorities(),
        tls.verifiesIdentity() ? 1 : 0,
        tls.trustsPublicKey() ? 1 : 0);
    replica.execute("START REPLICA FOR CHANNEL ''");
    LOG.info("replica attached server={} source={}", replica.address(), source.address());
    return Attached.NEWLY;
  }

  private static boolean replicatesFrom(Row status, Source source) {
    return status.text("Source_Host").equalsIgnoreCase(source.address().host())
        && status.number("Source_Port") == source.address().port()
        && status.text("Source_User").equals(source.account().user())
        && status.flag("Auto_Position")
        && status.text("Replica_IO_Running").equals("Yes")
        && status.text("Replica_SQL_Running").equals("Yes");
  }

  /** STOP REPLICA; RESET REPLICA ALL. Nothing happens where no channel is configured. */
  public static void detach(MysqlSession replica) {
    if (channel(replica).isEmpty()) {
      return;
    }
    replica.execute("STOP REPLICA FOR CHANNEL ''");
    replica.execute("RESET REPLICA ALL FOR CHANNEL ''");
    LOG.info("replica detached server={}", replica.address());
  }

  private static Optional<Row> channel(MysqlSession replica) {
    return replica.query("SHOW REPLICA STATUS FOR CHANNEL ''").stream().findFirst();
  }

  /**
   * Lifts the fence's skip_replica_start for good (SET PERSIST_ONLY: it is read at the start only,
   * and a persisted value wins over my.cnf), so that the server replicates again after a restart.
   * super_read_only stays on and the event scheduler off, also over a restart. May be repeated; to
   * be called when the server is handed over, from any machine. A cold copy leaves the persisted
   * settings out, so a copy of this server is fenced again.
   */
  public static void beginServing(MysqlSession replica) {
    replica.execute("SET PERSIST_ONLY skip_replica_start = OFF");
    LOG.info("replica serves server={}", replica.address());
  }

  /**
   * Makes a replica the primary: STOP REPLICA, RESET REPLICA ALL, super_read_only and read_only off
   * and the event scheduler on, persisted so. The caller has made sure that all of its relay logs
   * are applied and that no other primary lives. May be repeated.
   */
  public static void promote(MysqlSession replica) {
    detach(replica);
    replica.execute("SET PERSIST super_read_only = OFF");
    replica.execute("SET PERSIST read_only = OFF");
    replica.execute("SET PERSIST event_scheduler = ON");
    LOG.info("replica promoted server={}", replica.address());
  }
}

package io.reseed.mysql;

import io.reseed.mysql.gtid.GtidSet;
import java.util.List;
import java.util.Optional;

/**
 * One authenticated connection, without a pool; not for use by several threads at once. TLS is used
 * where the server offers it (without checking its certificate); only where it does not, the
 * server's public key is asked for to protect the password. Every method throws {@link
 * MysqlException}; one of class TRANSIENT may be retried on a new session.
 */
public final class MysqlSession implements AutoCloseable {
  private MysqlSession() {}

  /** Connects and logs in. */
  public static MysqlSession open(
      ServerAddress address, Credentials credentials, Timeouts timeouts) {
    return NotYet.body("open " + address + credentials + timeouts);
  }

  /** Which server this session talks to, as it was opened. */
  public ServerAddress address() {
    return NotYet.body();
  }

  /** Runs one statement; parameters for {@code ?} are sent as values, never spliced into text. */
  public void execute(String sql, Object... parameters) {
    NotYet.body(sql + parameters.length);
  }

  /** Runs one query and returns its rows, all of them in memory: for administration only. */
  public List<Row> query(String sql, Object... parameters) {
    return NotYet.body(sql + parameters.length);
  }

  /** The first column of the first row; empty for no row or NULL. */
  public Optional<String> queryValue(String sql, Object... parameters) {
    return NotYet.body(sql + parameters.length);
  }

  /** {@code @@global.gtid_executed}. */
  public GtidSet gtidExecuted() {
    return NotYet.body();
  }

  /** {@code @@global.gtid_purged}. */
  public GtidSet gtidPurged() {
    return NotYet.body();
  }

  /** {@code @@global.server_uuid}. */
  public String serverUuid() {
    return NotYet.body();
  }

  /** The server's counter Bytes_sent: what it has sent to all clients and replicas since start. */
  public long bytesSent() {
    return NotYet.<Long>body();
  }

  /** The whole picture of the server; needs the observer's privileges. */
  public ServerObservation probe() {
    return NotYet.body();
  }

  /** Closes the connection; never throws. */
  @Override
  public void close() {
    NotYet.body();
  }
}

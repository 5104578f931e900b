package io.reseed.mysql;

import com.mysql.cj.jdbc.Driver;
import io.reseed.fleet.FailureCode;
import io.reseed.fleet.ServerAddress;
import io.reseed.mysql.gtid.GtidSet;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One authenticated connection, without a pool; not for use by several threads at once. The
 * account's {@link io.reseed.mysql.trust.ServerTrust} says to which servers its password is sent,
 * and what they must show before. Every method throws {@link MysqlException}; one of class
 * TRANSIENT may be retried on a new session.
 */
public final class MysqlSession implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(MysqlSession.class);

  static {
    // The driver's own thread closes connections that were forgotten; ours are closed by scope.
    if (System.getProperty("com.mysql.cj.disableAbandonedConnectionCleanup") == null) {
      System.setProperty("com.mysql.cj.disableAbandonedConnectionCleanup", "true");
    }
  }

  private final ServerAddress address;
  private final Connection connection;

  private MysqlSession(ServerAddress address, Connection connection) {
    this.address = address;
    this.connection = connection;
  }

  /**
   * Connects and logs in.
   *
   * @throws MysqlException SERVER_NOT_ALLOWED before anything is sent, TLS_FAILED before the
   *     password is
   */
  public static MysqlSession open(
      ServerAddress address, Credentials credentials, Timeouts timeouts) {
    credentials.requireAllowed(address);
    // The driver decodes percent signs: an IPv6 address with a scope has one.
    String host = address.host().replace("%", "%25");
    String url = "jdbc:mysql://address=(host=%s)(port=%d)/".formatted(host, address.port());
    try {
      Connection connection = new Driver().connect(url, properties(credentials, timeouts));
      if (connection == null) {
        throw new MysqlException(FailureCode.STATEMENT_FAILED, "the driver refuses " + url);
      }
      connection.setNetworkTimeout(Runnable::run, Math.toIntExact(timeouts.statement().toMillis()));
      return new MysqlSession(address, connection);
    } catch (SQLException e) {
      throw SqlErrors.connecting(address, credentials, e);
    }
  }

  private static Properties properties(Credentials credentials, Timeouts timeouts) {
    Properties properties = new Properties();
    properties.setProperty("user", credentials.user());
    properties.setProperty("password", credentials.password());
    properties.setProperty("connectTimeout", Long.toString(timeouts.connect().toMillis()));
    // For the handshake; the statements' own bound, which may be hours for a clone, comes after it.
    properties.setProperty("socketTimeout", Long.toString(timeouts.connect().toMillis()));
    try {
      credentials.trust().demand(properties);
    } catch (IOException e) {
      throw new MysqlException(FailureCode.TLS_FAILED, String.valueOf(e.getMessage()), e);
    }
    properties.setProperty("disabledAuthenticationPlugins", "mysql_clear_password");
    properties.setProperty("tcpKeepAlive", "true");
    properties.setProperty("connectionCollation", "utf8mb4_0900_ai_ci");
    // Braces are ours and the server's: a table's name may hold them.
    properties.setProperty("processEscapeCodesForPrepStmts", "false");
    properties.setProperty("connectionAttributes", "program_name:reseed");
    return properties;
  }

  /** Which server this session talks to, as it was opened. */
  public ServerAddress address() {
    return address;
  }

  /** Runs one statement; parameters for {@code ?} are sent as values, never spliced into text. */
  public void execute(String sql, Object... parameters) {
    try (PreparedStatement statement = prepare(sql, parameters)) {
      statement.execute();
    } catch (SQLException e) {
      throw SqlErrors.executing(address, sql, e);
    }
  }

  /** Runs one query and returns its rows, all of them in memory: for administration only. */
  public List<Row> query(String sql, Object... parameters) {
    try (PreparedStatement statement = prepare(sql, parameters);
        ResultSet result = statement.executeQuery()) {
      List<Row> rows = new ArrayList<>();
      while (result.next()) {
        rows.add(row(result));
      }
      return List.copyOf(rows);
    } catch (SQLException e) {
      throw SqlErrors.executing(address, sql, e);
    }
  }

  /** The first column of the first row; empty for no row or NULL. */
  public Optional<String> queryValue(String sql, Object... parameters) {
    try (PreparedStatement statement = prepare(sql, parameters);
        ResultSet result = statement.executeQuery()) {
      return result.next() ? Optional.ofNullable(result.getString(1)) : Optional.empty();
    } catch (SQLException e) {
      throw SqlErrors.executing(address, sql, e);
    }
  }

  private PreparedStatement prepare(String sql, Object... parameters) throws SQLException {
    PreparedStatement statement = connection.prepareStatement(sql);
    try {
      for (int i = 0; i < parameters.length; i++) {
        statement.setObject(i + 1, parameters[i]);
      }
      return statement;
    } catch (SQLException | RuntimeException e) {
      statement.close();
      throw e;
    }
  }

  private static Row row(ResultSet result) throws SQLException {
    ResultSetMetaData columns = result.getMetaData();
    Map<String, @Nullable String> values = new HashMap<>();
    for (int i = 1; i <= columns.getColumnCount(); i++) {
      values.put(columns.getColumnLabel(i), result.getString(i));
    }
    return new Row(values);
  }

  /** {@code @@global.gtid_executed}. */
  public GtidSet gtidExecuted() {
    return gtids("SELECT @@global.gtid_executed");
  }

  /** {@code @@global.gtid_purged}. */
  public GtidSet gtidPurged() {
    return gtids("SELECT @@global.gtid_purged");
  }

  private GtidSet gtids(String sql) {
    return GtidSet.parse(queryValue(sql).orElse(""));
  }

  /** {@code @@global.server_uuid}. */
  public String serverUuid() {
    return queryValue("SELECT @@global.server_uuid").orElse("");
  }

  /** The server's counter Bytes_sent: what it has sent to all clients and replicas since start. */
  public long bytesSent() {
    return query("SHOW GLOBAL STATUS LIKE 'Bytes_sent'").stream()
        .mapToLong(row -> row.number("Value"))
        .sum();
  }

  /** The default channel, empty where none is configured; REPLICATION CLIENT suffices for it. */
  public Optional<ReplicaChannel> replication() {
    return new Observer(this).replication();
  }

  /** The whole picture of the server; needs the observer's privileges. */
  public ServerObservation probe() {
    return new Observer(this).observe();
  }

  /** Closes the connection; never throws. */
  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      LOG.debug("closing a session failed server={}", address, e);
    }
  }

  @Override
  public String toString() {
    return "MysqlSession[" + address + "]";
  }
}

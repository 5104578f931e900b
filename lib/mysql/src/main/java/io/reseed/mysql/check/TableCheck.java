package io.reseed.mysql.check;

import io.reseed.fleet.FailureCode;
import io.reseed.mysql.MysqlException;
import io.reseed.mysql.MysqlSession;
import io.reseed.mysql.Row;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * CHECK TABLE of one table after the other; SELECT on it suffices. For one thread; keeps one
 * session open.
 */
public final class TableCheck implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TableCheck.class);
  private static final Duration ADMINISTRATION = Duration.ofSeconds(10);

  /** Up to here InnoDB takes longer to start its threads than to read the table by one. */
  private static final long ONE_THREAD_BYTES_MAX = 64L << 20;

  private final ServerLogin server;
  private final Duration limit;
  private @Nullable MysqlSession session;
  private String connectionId = "";
  private boolean oneThread;

  /**
   * Connects when the first table is checked.
   *
   * @param limit for each table, the wait for its lock included
   */
  public TableCheck(ServerLogin server, Duration limit) {
    this.server = server;
    this.limit = limit;
  }

  /** What the server says about a table. */
  public sealed interface Outcome {
    /** Nothing is wrong with it. */
    record Intact() implements Outcome {}

    /** It is damaged, or cannot be opened. */
    record Corrupt(String fault) implements Outcome {}

    /** It was dropped meanwhile, or its engine knows no check, or is not loaded. */
    record Skipped(String reason) implements Outcome {}

    /** Nothing is known: its lock was not got, or the time was up. */
    record Unfinished(String reason) implements Outcome {}
  }

  /**
   * Checks one table. May be repeated.
   *
   * @throws MysqlException when the server does not answer or refuses us; CONNECTION_LOST also when
   *     it ended itself over a page that it could not read, which its error log tells
   */
  public Outcome check(TableName table) {
    MysqlSession open = session();
    try {
      chooseThreads(open, table);
      return outcome(open, table);
    } catch (MysqlException e) {
      close();
      if (ServerErrors.isContended(e)) {
        endStatement();
        return new Outcome.Unfinished(table + " within " + limit + ": " + e.getMessage());
      }
      throw e;
    }
  }

  /** A check of a small table takes an eighth of the time without InnoDB's parallel readers. */
  private void chooseThreads(MysqlSession open, TableName table) {
    boolean one = Tables.bytesEstimated(open, table) <= ONE_THREAD_BYTES_MAX;
    if (one != oneThread) {
      open.execute("SET SESSION innodb_parallel_read_threads = " + (one ? "1" : "DEFAULT"));
      oneThread = one;
    }
  }

  private Outcome outcome(MysqlSession open, TableName table) {
    Outcome outcome = told(open.query("CHECK TABLE " + table.quoted()));
    if (outcome instanceof Outcome.Corrupt) {
      // A table that vanishes, or is just being made, fails in many words; the second look decides.
      return Tables.exists(open, table)
          ? told(open.query("CHECK TABLE " + table.quoted()))
          : new Outcome.Skipped(table + " was dropped meanwhile");
    }
    return outcome;
  }

  /** The last row is the status; rows of type error and warning before it say why. */
  private static Outcome told(List<Row> rows) {
    String text =
        rows.stream()
            .map(row -> row.text("Msg_type") + ": " + row.text("Msg_text"))
            .collect(Collectors.joining("; "));
    Row last = rows.getLast();
    boolean errors = rows.stream().anyMatch(row -> isType(row, "error"));
    if (isType(last, "status") && !errors && isFine(last.text("Msg_text"))) {
      return new Outcome.Intact();
    }
    String small = text.toLowerCase(Locale.ROOT);
    // of an engine that this server does not load, as FEDERATED by default, there is nothing to
    // check
    if (isType(last, "note") || small.contains("unknown storage engine")) {
      return new Outcome.Skipped(text);
    }
    boolean contended =
        small.contains("lock wait timeout")
            || small.contains("deadlock")
            || small.contains("interrupted");
    return contended ? new Outcome.Unfinished(text) : new Outcome.Corrupt(text);
  }

  private static boolean isType(Row row, String type) {
    return row.text("Msg_type").equalsIgnoreCase(type);
  }

  private static boolean isFine(String status) {
    return status.equals("OK") || status.equals("Table is already up to date");
  }

  private MysqlSession session() {
    if (session == null) {
      session = server.open(limit);
      // Its words decide, so they must not be in the server's own language.
      session.execute(
          "SET SESSION lc_messages = 'en_US', information_schema_stats_expiry = 0,"
              + " lock_wait_timeout = "
              + Math.max(1, limit.toSeconds()));
      oneThread = false;
      connectionId = session.queryValue("SELECT CONNECTION_ID()").orElse("");
    }
    return session;
  }

  /** A server goes on with a check that nobody waits for any more. */
  private void endStatement() {
    try (MysqlSession other = server.open(ADMINISTRATION)) {
      other.execute("KILL " + connectionId);
    } catch (MysqlException e) {
      if (e.code() != FailureCode.STATEMENT_FAILED) {
        throw e;
      }
      LOG.debug("no statement left to end server={} cause={}", server.address(), e.getMessage());
    }
  }

  @Override
  public void close() {
    if (session != null) {
      session.close();
      session = null;
    }
  }
}

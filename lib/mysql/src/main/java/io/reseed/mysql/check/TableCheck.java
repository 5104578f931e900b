package io.reseed.mysql.check;

import java.time.Duration;

/** CHECK TABLE of one table after the other. For one thread; keeps one session open. */
public final class TableCheck implements AutoCloseable {
  private final ServerLogin server;
  private final Duration limit;

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

    /** It was dropped meanwhile, or its engine knows no check. */
    record Skipped(String reason) implements Outcome {}

    /** Nothing is known: its lock was not got, or the time was up. */
    record Unfinished(String reason) implements Outcome {}
  }

  /**
   * Checks one table. May be repeated.
   *
   * @throws io.reseed.mysql.MysqlException when the server does not answer or refuses us
   */
  public Outcome check(TableName table) {
    return new Outcome.Unfinished(server + " " + limit + " " + table);
  }

  @Override
  public void close() {}
}

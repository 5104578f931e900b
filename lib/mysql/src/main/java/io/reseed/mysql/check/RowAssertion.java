package io.reseed.mysql.check;

import io.reseed.fleet.FailureClass;
import io.reseed.fleet.FailureCode;
import io.reseed.fleet.ShortenedText;
import io.reseed.mysql.MysqlException;
import io.reseed.mysql.MysqlSession;
import java.time.Duration;

/**
 * An operator's own check: the first column of a query's first row must be as expected.
 *
 * @param name names the check, e.g. {@code newest-order}
 * @param query one statement that returns rows
 * @param expect an operator ({@code = != < <= > >=}) and a value, e.g. {@code < 86400}; compared as
 *     numbers where both are, else as text
 */
public record RowAssertion(String name, String query, String expect) {
  private static final int SHOWN_MAX = 200;

  /** Refuses, in words for the operator, what could never be asked. */
  public RowAssertion {
    if (name.isBlank() || query.isBlank()) {
      throw new IllegalArgumentException("an assertion needs a name and a query");
    }
    try {
      Expectation.parse(expect);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("assertion " + name + ": " + e.getMessage(), e);
    }
  }

  /** What came of it. */
  public sealed interface Outcome {
    /** As expected. */
    record Held(String value) implements Outcome {}

    /** Not as expected; the value says so for no row and NULL, too. */
    record NotHeld(String value) implements Outcome {}

    /** The query failed or took too long. */
    record Unrunnable(String error) implements Outcome {}
  }

  /**
   * Asks the server, in a transaction that cannot write.
   *
   * @param limit after which the server ends the query
   * @throws MysqlException when the server does not answer or refuses us
   */
  public Outcome check(ServerLogin server, Duration limit) {
    // The server ends the query; the session's own bound is for a server that does not answer.
    try (MysqlSession session = server.open(limit.plusSeconds(5))) {
      session.execute(
          "SET SESSION max_execution_time = %d, lock_wait_timeout = %d, sql_select_limit = 1"
              .formatted(Math.max(1, limit.toMillis()), Math.max(1, limit.toSeconds())));
      session.execute("START TRANSACTION READ ONLY");
      return ask(session);
    }
  }

  private Outcome ask(MysqlSession session) {
    try {
      return session
          .queryValue(query)
          .map(this::judged)
          .orElseGet(() -> new Outcome.NotHeld("no row, or NULL"));
    } catch (MysqlException e) {
      boolean ofQuery =
          e.errno() != 0
              || e.code() == FailureCode.STATEMENT_TIMEOUT
              || e.failureClass() == FailureClass.BUG;
      if (ofQuery) {
        return new Outcome.Unrunnable(String.valueOf(e.getMessage()));
      }
      throw e;
    }
  }

  private Outcome judged(String value) {
    String shown = ShortenedText.of(value, SHOWN_MAX);
    return Expectation.parse(expect).holds(value)
        ? new Outcome.Held(shown)
        : new Outcome.NotHeld(shown);
  }
}

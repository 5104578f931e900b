package io.reseed.mysql.check;

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
   * @throws io.reseed.mysql.MysqlException when the server does not answer or refuses us
   */
  public Outcome check(ServerLogin server, Duration limit) {
    return new Outcome.Unrunnable(server + " " + limit);
  }
}

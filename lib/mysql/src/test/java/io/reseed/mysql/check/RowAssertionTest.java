package io.reseed.mysql.check;

import static io.reseed.mysql.Fleet.ADMIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reseed.mysql.Fleet;
import io.reseed.mysql.MysqlException;
import io.reseed.mysql.MysqlSession;
import io.reseed.mysql.check.RowAssertion.Outcome;
import io.reseed.mysql.server.LocalServer;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(Fleet.Extension.class)
@Tag("slow")
final class RowAssertionTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Duration BRIEF = Duration.ofSeconds(2);

  private final LocalServer server;

  RowAssertionTest(Fleet fleet) {
    server = fleet.shared("a");
  }

  private Outcome check(String query, String expect) {
    return new RowAssertion("wanted", query, expect).check(Trio.login(server), LIMIT);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SELECT 5            | = 5.0    | 5",
        "SELECT 10           | > 9      | 10",
        "SELECT '10' UNION SELECT 2 | != 2 | 10",
        "SELECT -1.5         | <= -1.5  | -1.5",
        "SELECT 1e3          | >=1000   | 1000.0",
        "SELECT 'abc'        | < abd    | abc",
        "SELECT '10'         | < 9x     | 10",
        "SHOW VARIABLES LIKE 'autocommit' | = autocommit | autocommit"
      })
  void holds(String query, String expect, String value) {
    assertThat(check(query, expect)).isEqualTo(new Outcome.Held(value));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SELECT 5            | > 5   | 5",
        "SELECT 10           | = 9   | 10",
        "SELECT NULL         | != 1  | no row, or NULL",
        "SELECT 1 FROM DUAL WHERE FALSE | = 1 | no row, or NULL"
      })
  void doesNotHold(String query, String expect, String value) {
    assertThat(check(query, expect)).isEqualTo(new Outcome.NotHeld(value));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT * FROM nowhere.nothing",
        "SELEC 1",
        "CREATE DATABASE asserted",
        "INSERT INTO mysql.plugin VALUES ('a', 'b')"
      })
  void cannotBeRun(String query) {
    assertThat(check(query, "= 1")).isInstanceOf(Outcome.Unrunnable.class);
    try (MysqlSession session = server.open(ADMIN)) {
      assertThat(session.query("SHOW DATABASES LIKE 'asserted'")).isEmpty();
    }
  }

  @Test
  void cannotBeRunForEver() {
    String endless =
        "SELECT COUNT(*) FROM information_schema.COLUMNS a, information_schema.COLUMNS b,"
            + " information_schema.COLUMNS c WHERE RAND() = 2";
    RowAssertion assertion = new RowAssertion("wanted", endless, "= 1");
    assertThat(assertion.check(Trio.login(server), BRIEF)).isInstanceOf(Outcome.Unrunnable.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "5", "=", "~ 5", "between 1 and 2"})
  void refusesWhatIsNoExpectation(String expect) {
    assertThatThrownBy(() -> new RowAssertion("wanted", "SELECT 1", expect))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("assertion wanted")
        .hasMessageContaining("< 86400");
  }

  @Test
  void aServerThatIsAwayIsNotTheQuerysFault() {
    RowAssertion assertion = new RowAssertion("wanted", "SELECT 1", "= 1");
    ServerLogin nobody = new ServerLogin(Fleet.freeAddress(), ADMIN);
    assertThatThrownBy(() -> assertion.check(nobody, LIMIT)).isInstanceOf(MysqlException.class);
  }
}

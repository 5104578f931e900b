package io.reseed.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.reseed.events.rule.CronSchedule;
import java.time.Instant;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CronScheduleTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "*/15 * * * *      | 2026-11-25T00:15:00Z",
        "30 2 * * 0        | 2026-11-29T02:30:00Z",
        "30 2 * * 7        | 2026-11-29T02:30:00Z",
        "0  3 * * MON-FRI  | 2026-11-25T03:00:00Z",
        "0 22,4 1 JAN,jul *| 2027-01-01T04:00:00Z",
        "0 0 29 2 *        | 2028-02-29T00:00:00Z"
      })
  void tellsTheNextTimeInUtc(String expression, Instant next) {
    assertThat(CronSchedule.parse(expression).nextAfter(Instant.parse("2026-11-25T00:00:00Z")))
        .contains(next);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0 2 * * *", "0-59/5 * * * *"})
  void neverTellsTheMomentItself(String expression) {
    Instant moment = Instant.parse("2026-11-25T02:00:00Z");

    assertThat(CronSchedule.parse(expression).nextAfter(moment))
        .hasValueSatisfying(next -> assertThat(next).isAfter(moment));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "''; minute, hour, day of month",
        "* * * *; minute, hour, day of month",
        "0 0 * * * *; minute, hour, day of month",
        "@daily; minute, hour, day of month",
        "0 0 L * *; minute, hour, day of month",
        "0 0 * * *||1 1 * * *; minute, hour, day of month",
        "0-/ * * * *; minute, hour, day of month",
        "61 * * * *; 61",
        "10-5 * * * *; 10",
        "*/0 * * * *; 0",
        "0 0 30 2 *; no day is ever like that"
      })
  void saysWhatIsWrong(String expression, String message) {
    assertThatThrownBy(() -> CronSchedule.parse(expression))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 100_000})
  void readsNothingThatIsTooLong(int items) {
    String expression = "1" + ",1".repeat(items) + " * * * *";

    assertThatThrownBy(() -> CronSchedule.parse(expression)).hasMessageContaining("at most 200");
  }

  @Provide
  Arbitrary<String> texts() {
    return Arbitraries.of(
            " ",
            " ",
            " ",
            "*",
            "/",
            "-",
            ",",
            "0",
            "1",
            "7",
            "12",
            "31",
            "59",
            "MON",
            "JAN",
            "|",
            "||",
            "@",
            "L",
            "?",
            "#",
            "ä",
            "\n",
            "0 0 ",
            "* * * * *",
            "99999999999")
        .list()
        .ofMaxSize(15)
        .map(parts -> String.join("", parts));
  }

  @Property(tries = 5_000)
  void anyTextIsAScheduleOrRefusedInWords(@ForAll("texts") String text) {
    Throwable problem =
        catchThrowable(() -> CronSchedule.parse(text).nextAfter(Instant.EPOCH).orElseThrow());

    if (problem != null) {
      assertThat(problem).isExactlyInstanceOf(IllegalArgumentException.class);
      assertThat(problem.getMessage()).isNotBlank();
    }
  }
}

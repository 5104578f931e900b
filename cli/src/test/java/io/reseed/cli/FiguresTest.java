package io.reseed.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.cli.invocation.Durations;
import io.reseed.cli.output.Figures;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

public class FiguresTest {
  private static final Instant NOW = Instant.parse("2026-11-25T02:00:00Z");

  @ParameterizedTest
  @CsvSource({"90s, PT90S", "30m, PT30M", "24h, PT24H", "7d, P7D", "0s, PT0S"})
  void durationsAreReadAsPeopleWriteThem(String text, Duration duration) {
    assertThat(Durations.parse(text)).contains(duration);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "5", "h", "1.5h", "-1h", "1w", "1 h", "1h30m", "9999999999d"})
  void otherTextsAreNoDurations(String text) {
    assertThat(Durations.parse(text)).isEmpty();
  }

  @Test
  void amountsAndTimesAreShortAndRounded() {
    assertThat(Figures.bytes(999)).isEqualTo("999 B");
    assertThat(Figures.bytes(536_870_912)).isEqualTo("536.9 MB");
    assertThat(Figures.millis(8_123)).isEqualTo("8.1 s");
    assertThat(Figures.millis(31_000)).isEqualTo("31 s");
    assertThat(Figures.seconds(7_199)).isEqualTo("119 min");
    assertThat(Figures.seconds(172_799)).isEqualTo("47 h");
    assertThat(Figures.seconds(172_800)).isEqualTo("2 days");
    assertThat(Figures.age(NOW.plusSeconds(5), NOW)).isEqualTo("0 s ago");
    assertThat(Figures.until(NOW.plusSeconds(300), NOW)).isEqualTo("in 5 min");
    assertThat(Figures.until(NOW, NOW)).isEqualTo("due now");
  }
}

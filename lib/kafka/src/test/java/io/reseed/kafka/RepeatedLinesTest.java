package io.reseed.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RepeatedLinesTest {
  private long nanos = Long.MAX_VALUE - 1_000; // a steady clock may begin anywhere, and wraps
  private final RepeatedLines lines = new RepeatedLines(() -> nanos);

  @Test
  void ofEachKindOneLineAMinuteIsWrittenWithTheNumberOfTheOthers() {
    List<Long> written = new ArrayList<>();
    for (int i = 0; i < 5_000; i++) { // one each 30 ms: two and a half minutes
      lines.leftOutBefore("topic a").ifPresent(written::add);
      nanos += Duration.ofMillis(30).toNanos();
    }

    assertThat(written).containsExactly(0L, 1_999L, 1_999L);
    assertThat(lines.leftOutBefore("topic b")).hasValue(0);
    assertThat(lines.leftOutBefore("topic b")).isEmpty();
  }

  @Test
  void kindsAreBounded() {
    long written = 0;
    for (int i = 0; i < 10_000; i++) {
      written += lines.leftOutBefore("kind " + i).isPresent() ? 1 : 0;
    }

    assertThat(written).isEqualTo(RepeatedLines.KINDS_MAX + 1);
  }
}

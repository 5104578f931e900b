package io.reseed.fleet;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ConfigProblemsTest {
  @Test
  void namesEverythingThatIsWrongAtOnce() {
    ConfigProblems problems =
        new ConfigProblems()
            .check(() -> refuse("slots must be 1 or more"))
            .check(() -> {})
            .check(() -> refuse("the keys cannot be read"))
            .check(() -> refuse("slots must be 1 or more"));

    assertThatThrownBy(problems::refuse)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "the configuration cannot be used: slots must be 1 or more; the keys cannot be read");
  }

  @Test
  void saysNothingWhenNothingIsWrong() {
    assertThatCode(() -> new ConfigProblems().check(() -> {}).refuse()).doesNotThrowAnyException();
  }

  private static void refuse(String message) {
    throw new IllegalStateException(message);
  }
}

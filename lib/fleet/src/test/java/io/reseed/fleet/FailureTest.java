package io.reseed.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FailureTest {
  @ParameterizedTest
  @EnumSource(FailureCode.class)
  void hasItsCodesNameAndClass(FailureCode code) {
    Failure failure = new FailureException(code, "why", "do this").failure();

    assertThat(failure).isEqualTo(Failure.of(code, "why", "do this"));
    assertThat(failure.code()).isEqualTo(code.name());
    assertThat(failure.failureClass()).isEqualTo(code.failureClass());
    assertThat(failure.is(code)).isTrue();
  }

  @Test
  void cutsTextsThatAreTooLongToTravelAndNoCharacterInHalf() {
    String text = "x".repeat(2_999) + "\uD83D\uDE00".repeat(2_000);

    Failure failure = Failure.of(FailureCode.INTERNAL, text, text);

    assertThat(failure.message()).hasSizeLessThan(3_100).endsWith("x…");
    assertThat(failure.hint()).isEqualTo(failure.message());
  }

  @Test
  void readsACodeOfALaterRelease() {
    Failure later = new Failure("SOME_LATER_CODE", FailureClass.TRANSIENT, "why", "do this");

    for (FailureCode code : FailureCode.values()) {
      assertThat(later.is(code)).isFalse();
    }
  }
}

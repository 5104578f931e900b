package io.reseed.bench.figures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class SpreadTest {
  @Test
  void anOddNumberHasItsMiddleOne() {
    assertThat(Spread.of(9, 1, 4)).isEqualTo(new Spread(3, 4, 1, 9));
  }

  @Test
  void anEvenNumberHasTheMeanOfTheMiddleTwo() {
    assertThat(Spread.of(8, 1, 4, 2)).isEqualTo(new Spread(4, 3, 1, 8));
  }

  @Test
  void theCallersValuesStayInTheirOrder() {
    double[] values = {3, 1, 2};
    Spread.of(values);
    assertThat(values).containsExactly(3, 1, 2);
  }

  @Test
  void nothingHasNoMedian() {
    assertThatIllegalArgumentException().isThrownBy(Spread::of);
  }
}

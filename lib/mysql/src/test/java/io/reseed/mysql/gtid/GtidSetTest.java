package io.reseed.mysql.gtid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class GtidSetTest {
  private static final String A = "3e11fa47-71ca-11e1-9e33-c80aa9429562";
  private static final String B = "4e11fa47-71ca-11e1-9e33-c80aa9429562";

  @Test
  void readsWhiteSpaceUpperCaseAndOverlapsIntoOneCanonicalForm() {
    GtidSet set =
        GtidSet.parse(" " + B + ":7 ,\n\t" + A.toUpperCase(Locale.ROOT) + " : 4-9:1-3 : 8 - 12,\n");
    assertThat(set).hasToString(A + ":1-12," + B + ":7");
    assertThat(set.count()).isEqualTo(13);
  }

  @Test
  void readsTaggedIdentifiers() {
    GtidSet set = GtidSet.parse(A + ":1-5:Blue:1-3:5:amber:9," + A + ":6");
    assertThat(set).hasToString(A + ":1-6:amber:9:blue:1-3:5");
    assertThat(set.count()).isEqualTo(11);
    assertThat(set.contains(GtidSet.parse(A + ":blue:5"))).isTrue();
    assertThat(set.contains(GtidSet.parse(A + ":blue:4"))).isFalse();
    assertThat(set.contains(GtidSet.parse(A + ":green:1"))).isFalse();
  }

  @Test
  void emptyTextIsTheEmptySet() {
    assertThat(GtidSet.parse(" \n")).isEqualTo(GtidSet.EMPTY);
    assertThat(GtidSet.EMPTY.isEmpty()).isTrue();
    assertThat(GtidSet.EMPTY).hasToString("");
  }

  @Test
  void countDoesNotOverflow() {
    String all = ":1-9223372036854775806";
    assertThat(GtidSet.parse(A + all).count()).isEqualTo(Long.MAX_VALUE - 1);
    assertThat(GtidSet.parse(A + all + "," + B + all).count()).isEqualTo(Long.MAX_VALUE);
    assertThat(GtidSet.parse(A + all).subtract(GtidSet.parse(A + ":5")))
        .hasToString(A + ":1-4:6-9223372036854775806");
  }

  @ParameterizedTest
  @CsvSource({
    "nonsense, position 0: expected a UUID",
    "3e11fa47-71ca-11e1-9e33-c80aa942956, position 0: expected a UUID",
    "3g11fa47-71ca-11e1-9e33-c80aa9429562:1, position 1: not a UUID",
    "3e11fa47-71ca-11e1-9e33-c80aa9429562, position 36: expected ':'",
    "3e11fa47-71ca-11e1-9e33-c80aa9429562:, position 37: expected a transaction number",
    "3e11fa47-71ca-11e1-9e33-c80aa9429562:0, position 37: transaction number out of",
    "3e11fa47-71ca-11e1-9e33-c80aa9429562:9223372036854775807, position 37: transaction number out",
    "3e11fa47-71ca-11e1-9e33-c80aa9429562:9999999999999999999, position 37: transaction number out",
    "3e11fa47-71ca-11e1-9e33-c80aa9429562:5-3, position 37: interval 5-3 runs backwards",
    "3e11fa47-71ca-11e1-9e33-c80aa9429562:1;2, position 38: expected",
    "3e11fa47-71ca-11e1-9e33-c80aa9429562:tag, position 40: expected an interval",
    "3e11fa47-71ca-11e1-9e33-c80aa9429562:one:two:3, position 41: tag 'one' has no interval",
    "3e11fa47-71ca-11e1-9e33-c80aa9429562:1-, position 39: expected a transaction number",
    "3e11fa47-71ca-11e1-9e33-c80aa9429562:a23456789012345678901234567890123:1, tag longer than 32",
  })
  void refusesBrokenTextWithThePosition(String text, String message) {
    assertThatThrownBy(() -> GtidSet.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void refusesTextOfUnboundedLength() {
    String text = " ".repeat(GtidParser.TEXT_LENGTH_MAX + 1);
    assertThatThrownBy(() -> GtidSet.parse(text)).hasMessageContaining("longer than");
  }
}

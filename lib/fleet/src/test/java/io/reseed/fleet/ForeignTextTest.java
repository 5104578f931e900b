package io.reseed.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ForeignTextTest {
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      ignoreLeadingAndTrailingWhitespace = true,
      textBlock =
          """
          letters            | 'Ünïcode 東京 🙂'           | 'Ünïcode 東京 🙂'
          a line end         | 'a{n}INFO forged'          | 'a\\nINFO forged'
          a return           | 'a{r}b'                    | 'a\\rb'
          a tab              | 'a{t}b'                    | 'a\\tb'
          an escape          | '{1b}[2J{1b}]0;title{07}'  | '\\u001b[2J\\u001b]0;title\\u0007'
          an 8-bit one       | '{9b}31m'                  | '\\u009b31m'
          zero and delete    | '{00}{7f}'                 | '\\u0000\\u007f'
          right to left      | 'a{202e}b'                 | 'a\\u202eb'
          an invisible space | 'a{200b}b{feff}'           | 'a\\u200bb\\ufeff'
          a line separator   | 'a{2028}b{2029}'           | 'a\\u2028b\\u2029'
          half a character   | 'a{d83d}b'                 | 'a\\ud83db'
          what was shown     | 'a\\nb'                    | 'a\\nb'
          """)
  void whatDoesNotPrintIsWrittenOut(String name, String written, String shown) {
    assertThat(ForeignText.shown(raw(written))).isEqualTo(shown);
    assertThat(ForeignText.shown(shown)).isEqualTo(shown);
  }

  /** The characters that stand in braces. */
  private static String raw(String written) {
    StringBuilder raw = new StringBuilder();
    for (int at = 0; at < written.length(); at++) {
      if (written.charAt(at) != '{') {
        raw.append(written.charAt(at));
        continue;
      }
      int end = written.indexOf('}', at);
      String name = written.substring(at + 1, end);
      raw.append(
          switch (name) {
            case "n" -> '\n';
            case "r" -> '\r';
            case "t" -> '\t';
            default -> (char) Integer.parseInt(name, 16);
          });
      at = end;
    }
    return raw.toString();
  }

  @Test
  void whatIsLongIsCutAndNeverInACharactersMiddle() {
    assertThat(ForeignText.shown("x".repeat(600_000))).isEqualTo("x".repeat(500) + "…");
    assertThat(ForeignText.shown("a🙂b", 2)).isEqualTo("a…");
    assertThat(ForeignText.shown("a🙂b", 3)).isEqualTo("a🙂…");
    assertThat(ForeignText.shown("a🙂b", 4)).isEqualTo("a🙂b");
  }

  @Test
  void linesOfATerminalStay() {
    assertThat(ForeignText.onLines("a\n\tb\u001b[2J\r")).isEqualTo("a\n\tb\\u001b[2J\\r");
  }

  @Test
  void aBrokenFieldQuotesWhatStandsThereOnOneShortLine() {
    InvalidFieldException broken =
        new InvalidFieldException("a\nb", "must be x but is '\u001b" + "y".repeat(600_000) + "'");
    assertThat(broken).hasMessageContaining("'a\\nb' must be x but is '\\u001by");
    assertThat(broken.getMessage()).hasSizeLessThan(2_000);
  }
}

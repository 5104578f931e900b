package io.reseed.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class TerminalWriterTest {
  @Test
  void nothingThatATerminalObeysPassesButAClearedScreen() {
    StringWriter screen = new StringWriter();
    try (PrintWriter out = new PrintWriter(new TerminalWriter(screen))) {
      out.print("\u001b[31mred\tü\n");
      out.print('\u009b');
      out.print(new char[] {'\u0007', 'x'});
      out.print(TerminalWriter.CLEAR_SCREEN);
      out.print("a" + TerminalWriter.CLEAR_SCREEN);
    }
    assertThat(screen)
        .hasToString("\\u001b[31mred\tü\n\\u009b\\u0007x\u001b[H\u001b[2Ja\\u001b[H\\u001b[2J");
  }
}

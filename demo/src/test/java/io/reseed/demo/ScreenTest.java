package io.reseed.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.demo.Screen.Tone;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ScreenTest {
  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(written, true, StandardCharsets.UTF_8);

  @Test
  void aPlainLogHasNoControlCharactersAndFewBars() {
    Screen screen = new Screen(out, false, false);
    for (int i = 0; i < 50; i++) {
      screen.bar("commerce/-80", "restoring " + i);
    }
    screen.endBar("commerce/-80");
    screen.event("commerce/-80", "restored", Tone.GOOD);
    assertThat(text()).doesNotContain("\u001b", "\r").contains("restoring 0", "restored");
    // one, and another for each few seconds that this machine stood still
    assertThat(text().lines().filter(line -> line.contains("restoring"))).hasSizeBetween(1, 5);
  }

  @Test
  void aNewBarIsShownAtOnceAfterTheLastEnded() {
    Screen screen = new Screen(out, false, false);
    screen.bar("a", "first");
    screen.endBar("a");
    screen.bar("a", "second");
    assertThat(text()).contains("first", "second");
  }

  @Test
  void onATerminalLinesStandAboveTheBarsAndNoBarIsWiderThanTheTerminal() {
    Screen screen = new Screen(out, true, false);
    screen.bar("a", "x".repeat(500));
    screen.bar("b", "bar of b");
    screen.line("a line", Tone.PLAIN);
    assertThat(text().lines()).allMatch(line -> line.length() < 110);
    int line = text().lastIndexOf("a line");
    assertThat(text().lastIndexOf("\u001b[2A", line)).isPositive();
    assertThat(text().substring(line)).contains("xxx", "bar of b");
    assertThat(text()).doesNotContain("\u001b[32m");
  }

  @Test
  void colouredLinesEndTheirColour() {
    new Screen(out, true, true).line("held", Tone.GOOD);
    assertThat(text()).isEqualTo("\u001b[32mheld\u001b[0m" + System.lineSeparator());
  }

  private String text() {
    return written.toString(StandardCharsets.UTF_8);
  }
}

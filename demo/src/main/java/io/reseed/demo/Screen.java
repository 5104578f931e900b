package io.reseed.demo;

import java.io.Console;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What the demo shows: lines that stay and, below them, bars that are drawn over on a terminal. In
 * a plain log a bar is a line every few seconds. Thread-safe.
 */
final class Screen {
  private static final int COLUMNS = 99;
  private static final Duration PLAIN_BAR_INTERVAL = Duration.ofSeconds(3);

  private final PrintStream out;
  private final boolean terminal;
  private final boolean colours;
  private final Map<String, String> bars = new LinkedHashMap<>();
  private final Map<String, Instant> printed = new HashMap<>();
  private int barsDrawn;
  private Instant zero = Instant.now();

  /** How a line looks where colours are wanted. */
  public enum Tone {
    PLAIN(""),
    HEADING("\u001b[1m"),
    FAINT("\u001b[2m"),
    GOOD("\u001b[32m"),
    BAD("\u001b[31m");

    private final String code;

    Tone(String code) {
      this.code = code;
    }
  }

  Screen(PrintStream out, boolean terminal, boolean colours) {
    this.out = out;
    this.terminal = terminal;
    this.colours = colours;
  }

  /** Standard output; bars and colours only on a terminal, no colours with {@code NO_COLOR}. */
  public static Screen standardOutput() {
    boolean terminal =
        Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent()
            && !"dumb".equals(System.getenv("TERM"));
    String refused = System.getenv("NO_COLOR");
    return new Screen(System.out, terminal, terminal && (refused == null || refused.isEmpty()));
  }

  /** Seconds are counted from here from now on. */
  public synchronized void countFrom(Instant start) {
    zero = start;
  }

  /** A line that starts a chapter. */
  public synchronized void heading(String text) {
    print("", Tone.PLAIN);
    print(text, Tone.HEADING);
  }

  /** A line as it is. */
  public synchronized void line(String text, Tone tone) {
    print(text, tone);
  }

  /** A line with the seconds since {@link #countFrom}. */
  public synchronized void event(String about, String text, Tone tone) {
    print(stamped(about, text), tone);
  }

  /** Draws or redraws the bar of this key. */
  public synchronized void bar(String about, String text) {
    Instant now = Instant.now();
    if (terminal) {
      bars.put(about, stamped(about, text));
      redraw();
    } else if (!now.isBefore(printed.getOrDefault(about, Instant.MIN))) {
      printed.put(about, now.plus(PLAIN_BAR_INTERVAL));
      print(stamped(about, text), Tone.PLAIN);
    }
  }

  /** Takes the bar of this key away. */
  public synchronized void endBar(String about) {
    printed.remove(about);
    if (bars.remove(about) != null) {
      redraw();
    }
  }

  private String stamped(String about, String text) {
    String seconds = Figures.seconds(Duration.between(zero, Instant.now()));
    return "%7s s  %-14s %s".formatted(seconds, about, text);
  }

  private void print(String text, Tone tone) {
    erase();
    out.println(colours && !tone.code.isEmpty() ? tone.code + text + "\u001b[0m" : text);
    draw();
  }

  private void redraw() {
    erase();
    draw();
  }

  private void erase() {
    if (barsDrawn > 0) {
      out.print("\u001b[" + barsDrawn + "A\r\u001b[J");
      barsDrawn = 0;
    }
  }

  private void draw() {
    bars.values()
        .forEach(bar -> out.println(bar.length() > COLUMNS ? bar.substring(0, COLUMNS) : bar));
    barsDrawn = bars.size();
    out.flush();
  }
}

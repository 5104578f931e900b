package io.reseed.cli;

import io.reseed.fleet.ForeignText;
import java.io.FilterWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.Charset;

/**
 * Writes nothing that a terminal obeys, whoever it came from: the last of several lines of defence,
 * since a command may print what it did not know to be a stranger's.
 */
final class TerminalWriter extends FilterWriter {
  /** The one thing that a terminal may be told, and only when it is written by itself. */
  static final String CLEAR_SCREEN = "\u001b[H\u001b[2J";

  TerminalWriter(Writer out) {
    super(out);
  }

  /** In the terminal's own encoding. */
  static PrintWriter of(OutputStream terminal) {
    return new PrintWriter(
        new TerminalWriter(new OutputStreamWriter(terminal, Charset.defaultCharset())), true);
  }

  @Override
  public void write(int character) throws IOException {
    write(Character.toString(character), 0, 1);
  }

  @Override
  public void write(char[] characters, int from, int length) throws IOException {
    write(new String(characters, from, length), 0, length);
  }

  @Override
  public void write(String text, int from, int length) throws IOException {
    String written = text.substring(from, from + length);
    out.write(written.equals(CLEAR_SCREEN) ? written : ForeignText.onLines(written));
  }
}

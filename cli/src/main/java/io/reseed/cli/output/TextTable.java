package io.reseed.cli.output;

import io.reseed.fleet.Failure;
import io.reseed.fleet.ForeignText;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Rows with columns as wide as their widest cell, within the columns of a terminal: columns that do
 * not fit go on below, indented, and the last one's text is wrapped. What strangers wrote is shown
 * as such.
 */
public final class TextTable {
  static final int COLUMNS = 80;

  private static final int CELL_MAX = Failure.TEXT_CHARACTERS_MAX;
  private static final int GAP = 2;
  private static final int INDENT = 6;

  /** A last column with less room than that goes on below. */
  private static final int TEXT_MIN = 24;

  private final List<List<String>> rows = new ArrayList<>();

  TextTable(String... headings) {
    rows.add(List.of(headings));
  }

  void row(String... cells) {
    rows.add(Stream.of(cells).map(cell -> ForeignText.shown(cell, CELL_MAX)).toList());
  }

  boolean hasRows() {
    return rows.size() > 1;
  }

  /** The heading and each row, each of one or several lines that end as lines do. */
  List<String> blocks() {
    int[] widths = new int[rows.getFirst().size()];
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    int[] starts = starts(widths);
    return rows.stream().map(row -> block(row, starts)).toList();
  }

  /** Where each column begins; negative, by so much, on a line below. */
  private static int[] starts(int[] widths) {
    int[] starts = new int[widths.length];
    int at = 0;
    for (int i = 0; i < widths.length; i++) {
      boolean last = i == widths.length - 1;
      int needed = last ? Math.min(widths[i], TEXT_MIN) : widths[i];
      boolean below = i > 0 && at + needed > COLUMNS;
      at = below ? INDENT : at;
      starts[i] = below ? -at : at;
      at += widths[i] + GAP;
    }
    return starts;
  }

  private static String block(List<String> row, int[] starts) {
    StringBuilder text = new StringBuilder();
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < starts.length; i++) {
      if (starts[i] < 0) {
        end(line, text);
      }
      int start = Math.abs(starts[i]);
      boolean last = i == starts.length - 1;
      int room = Math.max(TEXT_MIN, COLUMNS - start);
      List<String> parts = last ? wrapped(row.get(i), room) : List.of(row.get(i));
      for (int part = 0; part < parts.size(); part++) {
        if (part > 0) {
          end(line, text);
        }
        line.repeat(' ', Math.max(0, start - line.length())).append(parts.get(part));
      }
    }
    end(line, text);
    return text.toString();
  }

  private static void end(StringBuilder line, StringBuilder text) {
    text.append(line.toString().stripTrailing()).append('\n');
    line.setLength(0);
  }

  /** By words, and a word that is longer than a line by itself. */
  private static List<String> wrapped(String text, int room) {
    List<String> lines = new ArrayList<>();
    String rest = text;
    while (rest.length() > room) {
      int space = rest.lastIndexOf(' ', room);
      int end = space > 0 ? space : room;
      lines.add(rest.substring(0, end));
      rest = rest.substring(end).stripLeading();
    }
    lines.add(rest);
    return lines;
  }

  @Override
  public String toString() {
    return blocks().stream().collect(Collectors.joining());
  }
}

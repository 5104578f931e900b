package io.reseed.cli.output;

import io.reseed.fleet.Failure;
import io.reseed.fleet.ForeignText;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Rows with columns as wide as their widest cell. What strangers wrote in them is shown as such.
 */
public final class TextTable {
  private static final int CELL_MAX = Failure.TEXT_CHARACTERS_MAX;

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

  @Override
  public String toString() {
    int columns = rows.getFirst().size();
    int[] widths = new int[columns];
    for (List<String> row : rows) {
      for (int i = 0; i < columns; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    StringBuilder text = new StringBuilder();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < columns; i++) {
        line.append(row.get(i)).repeat(' ', widths[i] - row.get(i).length() + 2);
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }
}

package io.reseed.bench.data;

import io.reseed.bench.figures.Section;

/** What the rows are made of. */
public enum DataKind {
  /** As sysbench's: groups of digits. */
  TEXT("compressible", "CHAR", digits(10), digits(5)),
  /** Random bytes: nothing can be compressed but what InnoDB adds. */
  BYTES("incompressible", "BINARY", "RANDOM_BYTES(120)", "RANDOM_BYTES(60)");

  private final String label;
  private final String type;
  private final String content;
  private final String padding;

  DataKind(String label, String type, String content, String padding) {
    this.label = label;
    this.type = type;
    this.content = content;
    this.padding = padding;
  }

  /** The section of figures that were taken with such rows: one of its own, but for the first. */
  public Section heading(Section section) {
    return this == TEXT
        ? section
        : new Section(
            section.id() + "-" + label,
            section.title() + " (" + label + ")",
            section.remarks(),
            section.results(),
            section.table());
  }

  /** For headings and options. */
  public String label() {
    return label;
  }

  /** The statement that makes a table. */
  String createTable(String table) {
    return "CREATE TABLE "
        + table
        + " (id INT AUTO_INCREMENT PRIMARY KEY, k INT NOT NULL, c "
        + type
        + "(120) NOT NULL, pad "
        + type
        + "(60) NOT NULL, KEY k_1 (k))";
  }

  /** The statement that adds as many rows as its parameter says. */
  String insertRows(String table) {
    return "INSERT INTO "
        + table
        + " (k, c, pad) WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
        + " WHERE i < ?) SELECT FLOOR(RAND() * 1000000), "
        + content
        + ", "
        + padding
        + " FROM n";
  }

  /** What changes the rows with these ids. */
  String updateRows(String table, String ids) {
    return "UPDATE " + table + " SET k = k + 1, c = " + content + " WHERE id IN (" + ids + ")";
  }

  private static String digits(int groups) {
    String group = "LPAD(FLOOR(RAND() * 1e11), 11, '0'), ";
    String all = group.repeat(groups);
    return "CONCAT_WS('-', " + all.substring(0, all.length() - 2) + ")";
  }
}

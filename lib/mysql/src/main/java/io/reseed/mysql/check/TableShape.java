package io.reseed.mysql.check;

import io.reseed.mysql.MysqlSession;
import io.reseed.mysql.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How a table is read for a comparison.
 *
 * @param table which
 * @param columns all of them, generated and invisible ones, too; their definitions are compared,
 *     and their values but for those of virtual ones: these are not stored, and may differ with the
 *     settings of whoever reads them
 * @param key the primary key's columns; empty where the table must be read in one piece: without
 *     such a key, or with one whose order cannot be told by comparing with a remembered value
 * @param bytes about how large it is
 * @param rows about how many it has
 */
record TableShape(TableName table, List<Column> columns, List<Column> key, long bytes, long rows) {
  private static final int CHUNK_ROWS_MAX = 10_000;
  private static final int CHUNK_ROWS_MIN = 100;
  private static final long CHUNK_BYTES = 8L << 20;

  private static final Set<String> ORDERED =
      Set.of(
          "tinyint",
          "smallint",
          "mediumint",
          "int",
          "bigint",
          "decimal",
          "char",
          "varchar",
          "binary",
          "varbinary",
          "date",
          "datetime",
          "timestamp");

  /** Values that may be of any length: their own digest stands for them. */
  private static final Set<String> LONG =
      Set.of(
          "tinytext",
          "text",
          "mediumtext",
          "longtext",
          "tinyblob",
          "blob",
          "mediumblob",
          "longblob",
          "json",
          "vector",
          "geometry",
          "point",
          "linestring",
          "polygon",
          "multipoint",
          "multilinestring",
          "multipolygon",
          "geomcollection",
          "geometrycollection");

  private static final Set<String> SHORT_TEXTS =
      Set.of("char", "varchar", "binary", "varbinary", "enum", "set");

  /**
   * A column.
   *
   * @param type its kind, e.g. {@code int}
   * @param definition all that must be the same on both servers
   * @param stored whether it has values of its own; else they follow from the others
   */
  record Column(String name, String type, String definition, boolean stored) {
    String quoted() {
      return TableName.quote(name);
    }

    boolean isBinary() {
      return type.endsWith("binary");
    }

    /** Its value as bytes that no other value of it has, and no comma outside of counted text. */
    String digested() {
      String name = quoted();
      if (LONG.contains(type)) {
        return "COALESCE(SHA2(%s, 256), 'N')".formatted(name);
      }
      if (SHORT_TEXTS.contains(type)) {
        return "COALESCE(CONCAT(LENGTH(%1$s), ':', CAST(%1$s AS BINARY)), 'N')".formatted(name);
      }
      return switch (type) {
        // Their text is rounded; a double's has every digit.
        case "float", "double" -> whole("CAST(%s AS DOUBLE)".formatted(name));
        case "bit" -> whole(name + " + 0");
        default -> whole(name);
      };
    }

    private static String whole(String value) {
      return "COALESCE(CAST(%s AS BINARY), 'N')".formatted(value);
    }
  }

  /** Asks a server; empty when it has no such table. */
  static Optional<TableShape> ask(MysqlSession session, TableName table) {
    List<Column> columns = columns(session, table);
    if (columns.isEmpty()) {
      return Optional.empty();
    }
    Row size =
        session
            .query(
                """
                SELECT MAX(DATA_LENGTH) AS bytes, MAX(TABLE_ROWS) AS rows_about
                FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ?
                """,
                table.schema(),
                table.table())
            .getFirst();
    List<Column> key = key(session, table, columns);
    return Optional.of(
        new TableShape(table, columns, key, size.number("bytes"), size.number("rows_about")));
  }

  private static List<Column> columns(MysqlSession session, TableName table) {
    return session
        .query(
            """
            SELECT COLUMN_NAME AS name, DATA_TYPE AS type,
              CONCAT_WS(' ', COLUMN_NAME, COLUMN_TYPE, CHARACTER_SET_NAME, COLLATION_NAME,
                IF(IS_NULLABLE = 'YES', 'NULL', 'NOT NULL'),
                NULLIF(GENERATION_EXPRESSION, '')) AS definition,
              EXTRA LIKE '%VIRTUAL GENERATED%' AS computed
            FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ?
            ORDER BY ORDINAL_POSITION
            """,
            table.schema(), table.table())
        .stream()
        .map(
            row ->
                new Column(
                    row.text("name"),
                    row.text("type"),
                    row.text("definition"),
                    row.number("computed") == 0))
        .toList();
  }

  private static List<Column> key(MysqlSession session, TableName table, List<Column> columns) {
    List<Column> key = new ArrayList<>();
    List<Row> parts =
        session.query(
            """
            SELECT COLUMN_NAME AS name, SUB_PART AS part FROM information_schema.STATISTICS
            WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ? AND INDEX_NAME = 'PRIMARY'
            ORDER BY SEQ_IN_INDEX
            """,
            table.schema(),
            table.table());
    for (Row part : parts) {
      Optional<Column> column =
          columns.stream().filter(each -> each.name().equals(part.text("name"))).findFirst();
      boolean usable = column.isPresent() && ORDERED.contains(column.get().type());
      if (!usable || part.find("part").isPresent()) {
        return List.of();
      }
      key.add(column.get());
    }
    return List.copyOf(key);
  }

  /** Whether the columns are equal, whatever the servers guess about the size. */
  boolean hasColumnsOf(TableShape other) {
    return definitions().equals(other.definitions());
  }

  String definitions() {
    return columns.stream().map(Column::definition).collect(Collectors.joining(", "));
  }

  /** So many that a chunk is quickly read and long enough to be worth a round trip. */
  int chunkRows() {
    long rowBytes = Math.max(1, bytes / Math.max(1, rows));
    return Math.clamp(CHUNK_BYTES / rowBytes, CHUNK_ROWS_MIN, CHUNK_ROWS_MAX);
  }

  /** One row's digest, NULL where the row is too long for the server. */
  String rowDigest() {
    // a table may have no column but virtual ones: then there is nothing but its count of rows
    return Stream.concat(
            Stream.of("''"), columns.stream().filter(Column::stored).map(Column::digested))
        .collect(Collectors.joining(", ", "UNHEX(SHA2(CONCAT_WS(',', ", "), 256))"));
  }
}

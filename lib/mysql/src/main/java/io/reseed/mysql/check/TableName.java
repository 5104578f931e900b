package io.reseed.mysql.check;

import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/**
 * A table; any name that the server allows, also with dots, backticks and letters of any script.
 */
public record TableName(String schema, String table) implements Comparable<TableName> {
  /** Refuses empty names. */
  public TableName {
    if (schema.isEmpty() || table.isEmpty()) {
      throw new IllegalArgumentException("a table needs a schema and a name");
    }
  }

  /**
   * Whether it is this table's turn: true for exactly one of any {@code cycles} rotations in a row,
   * and the same on every machine, so nobody needs to remember what was checked.
   *
   * @param rotation at least 0
   * @param cycles at least 1; 1: always
   */
  public boolean isDue(long rotation, int cycles) {
    if (rotation < 0 || cycles < 1) {
      throw new IllegalArgumentException("rotation %d of %d cycles".formatted(rotation, cycles));
    }
    CRC32 hash = new CRC32();
    hash.update(toString().getBytes(StandardCharsets.UTF_8));
    return hash.getValue() % cycles == rotation % cycles;
  }

  /** For use in a statement. */
  public String quoted() {
    return quote(schema) + "." + quote(table);
  }

  static String quote(String identifier) {
    return "`" + identifier.replace("`", "``") + "`";
  }

  @Override
  public int compareTo(TableName other) {
    int bySchema = schema.compareTo(other.schema);
    return bySchema != 0 ? bySchema : table.compareTo(other.table);
  }

  /** For people: not quoted. */
  @Override
  public String toString() {
    return schema + "." + table;
  }
}

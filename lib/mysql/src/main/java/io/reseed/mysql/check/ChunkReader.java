package io.reseed.mysql.check;

import io.reseed.mysql.MysqlSession;
import io.reseed.mysql.Row;
import io.reseed.mysql.check.TableShape.Column;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Reads one table of one server in chunks, in its session's snapshot. Where the next chunk begins
 * is kept in the session's variables, so that a key's value never leaves the server and is compared
 * as what it is. Two readers of equal rows take equal steps.
 */
final class ChunkReader {
  private final MysqlSession session;
  private final TableShape shape;
  private final int chunkRows;
  private boolean begun;

  ChunkReader(MysqlSession session, TableShape shape, int chunkRows) {
    this.session = session;
    this.shape = shape;
    this.chunkRows = chunkRows;
  }

  /**
   * A chunk's sum.
   *
   * @param rows how many
   * @param undigested how many were too long to be digested
   * @param digests what the rows' digests make together, in whatever order
   * @param last whether the table ends with it
   */
  record ChunkSum(long rows, long undigested, String digests, boolean last) {}

  ChunkSum next() {
    boolean last = shape.key().isEmpty() || !findEnd();
    Row sum = session.query(sumStatement(last)).getFirst();
    return new ChunkSum(
        sum.number("n"), sum.number("undigested"), sum.text("x") + "/" + sum.text("s"), last);
  }

  /** Goes on behind the chunk that {@link #next} returned, which was not the last. */
  void advance() {
    session.execute("SET " + each((i, _) -> "@b%d = @e%d".formatted(i, i), ", "));
    begun = true;
  }

  /** The chunk's keys, for people. */
  String range(boolean last) {
    if (shape.key().isEmpty()) {
      return "all rows";
    }
    String from = begun ? "after (" + keys("b") + ")" : "from the first key";
    return from + (last ? " to the last key" : " to (" + keys("e") + ")");
  }

  private String keys(String variable) {
    return session
        .queryValue(
            each(
                (i, column) ->
                    (column.isBinary() ? "HEX(@%s%d)" : "CONVERT(@%s%d USING utf8mb4)")
                        .formatted(variable, i),
                ", ',', ",
                "SELECT CONCAT(",
                ")"))
        .orElse("");
  }

  /** False when fewer rows than a chunk are left. */
  private boolean findEnd() {
    String keys = each((_, column) -> column.quoted(), ", ");
    session.execute("SET " + each((i, _) -> "@e%d = NULL".formatted(i), ", "));
    session.execute(
        "SELECT %s FROM %s WHERE %s ORDER BY %s LIMIT 1 OFFSET %d INTO %s"
            .formatted(
                keys,
                source(),
                begun ? behindBegin() : "TRUE",
                keys,
                chunkRows - 1,
                each((i, _) -> "@e" + i, ", ")));
    return session.queryValue("SELECT 1 FROM DUAL WHERE @e0 IS NOT NULL").isPresent();
  }

  private String sumStatement(boolean last) {
    List<String> bounds = new ArrayList<>();
    if (begun) {
      bounds.add(behindBegin());
    }
    if (!last) {
      bounds.add(upToEnd());
    }
    // Not merged, so that each row is digested once and used twice. The sum of checksums is for
    // tables without a key: equal rows are no part of the other.
    return """
        SELECT /*+ NO_MERGE(chunk) */ COUNT(*) AS n, COUNT(*) - COUNT(d) AS undigested,
          HEX(BIT_XOR(d)) AS x, SUM(CRC32(d)) AS s
        FROM (SELECT %s AS d FROM %s WHERE %s) AS chunk
        """
        .formatted(
            shape.rowDigest(), source(), bounds.isEmpty() ? "TRUE" : String.join(" AND ", bounds));
  }

  private String source() {
    return shape.table().quoted() + (shape.key().isEmpty() ? "" : " FORCE INDEX (PRIMARY)");
  }

  private String behindBegin() {
    return bound("b", ">", "");
  }

  private String upToEnd() {
    return bound("e", "<", "=");
  }

  /**
   * A key beyond a remembered one. Written out, since the server finds no range for rows in
   * brackets; and once more for the first column, where it finds one at once.
   */
  private String bound(String variable, String comparison, String lastSign) {
    List<Column> key = shape.key();
    List<String> ways = new ArrayList<>();
    for (int i = 0; i < key.size(); i++) {
      StringBuilder way = new StringBuilder();
      for (int j = 0; j < i; j++) {
        way.append("%s = @%s%d AND ".formatted(key.get(j).quoted(), variable, j));
      }
      String sign = comparison + (i == key.size() - 1 ? lastSign : "");
      ways.add(way + "%s %s @%s%d".formatted(key.get(i).quoted(), sign, variable, i));
    }
    return "%s %s= @%s0 AND (%s)"
        .formatted(key.getFirst().quoted(), comparison, variable, String.join(" OR ", ways));
  }

  private interface Part {
    String of(int index, Column column);
  }

  private String each(Part part, String between) {
    return each(part, between, "", "");
  }

  private String each(Part part, String between, String before, String after) {
    return IntStream.range(0, shape.key().size())
        .mapToObj(i -> part.of(i, shape.key().get(i)))
        .collect(Collectors.joining(between, before, after));
  }
}

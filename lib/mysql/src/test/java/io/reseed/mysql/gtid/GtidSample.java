package io.reseed.mysql.gtid;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** A GTID set as messy text, and what it holds as single identifiers {@code uuid:tag:number}. */
record GtidSample(String text, Set<String> expanded) {
  private record Piece(String uuid, String tag, long first, long length) {}

  static Arbitrary<GtidSample> arbitrary() {
    Arbitrary<String> uuids =
        Arbitraries.of(
            "00000000-0000-0000-0000-000000000001",
            "3e11fa47-71ca-11e1-9e33-c80aa9429562",
            "FFFFFFFF-71CA-11E1-9E33-C80AA9429562");
    Arbitrary<String> tags = Arbitraries.of("", "", "", "blue", "_x9", "Amber");
    Arbitrary<Long> firsts = Arbitraries.longs().between(1, 40);
    Arbitrary<Long> lengths = Arbitraries.longs().between(1, 8);
    return Combinators.combine(uuids, tags, firsts, lengths)
        .as(Piece::new)
        .list()
        .ofMaxSize(12)
        .map(GtidSample::of);
  }

  private static GtidSample of(List<Piece> pieces) {
    StringBuilder text = new StringBuilder();
    Set<String> expanded = new TreeSet<>();
    for (Piece piece : pieces) {
      long last = piece.first() + piece.length() - 1;
      text.append(text.isEmpty() ? "" : ",\n").append(piece.uuid());
      text.append(piece.tag().isEmpty() ? "" : ":" + piece.tag()).append(':').append(piece.first());
      text.append(last == piece.first() ? "" : "-" + last);
      add(
          expanded,
          (piece.uuid() + ":" + piece.tag()).toLowerCase(Locale.ROOT),
          piece.first(),
          last);
    }
    return new GtidSample(text.toString(), expanded);
  }

  /** Expands the canonical text by rules of its own, so that a mistake in the class shows. */
  static Set<String> expand(GtidSet set) {
    Set<String> expanded = new TreeSet<>();
    for (String part : set.toString().split(",", -1)) {
      String[] fields = part.split(":", -1);
      String tag = "";
      for (int i = 1; i < fields.length; i++) {
        if (!Character.isDigit(fields[i].charAt(0))) {
          tag = fields[i];
          continue;
        }
        String[] bounds = fields[i].split("-", -1);
        add(
            expanded,
            fields[0] + ":" + tag,
            Long.parseLong(bounds[0]),
            Long.parseLong(bounds[bounds.length - 1]));
      }
    }
    return expanded;
  }

  private static void add(Set<String> expanded, String source, long first, long last) {
    for (long number = first; number <= last; number++) {
      expanded.add(source + ":" + number);
    }
  }
}

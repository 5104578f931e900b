package io.reseed.mysql.gtid;

import java.util.Comparator;

/** Who numbers the transactions: a server, or one tag of it; the empty tag comes first. */
record Source(String uuid, String tag) implements Comparable<Source> {
  private static final Comparator<Source> ORDER =
      Comparator.comparing(Source::uuid).thenComparing(Source::tag);

  @Override
  public int compareTo(Source other) {
    return ORDER.compare(this, other);
  }
}

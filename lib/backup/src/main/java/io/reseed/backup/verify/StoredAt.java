package io.reseed.backup.verify;

import io.reseed.backup.format.RepositoryLayout;
import io.reseed.fleet.ShardName;
import java.util.Comparator;

/** The beginning of a part, by which it is told from all others of the store. */
record StoredAt(ShardName shard, String pack, long offset) implements Comparable<StoredAt> {
  private static final Comparator<StoredAt> ORDER =
      Comparator.comparing(StoredAt::shard)
          .thenComparing(StoredAt::pack)
          .thenComparingLong(StoredAt::offset);

  String packKey() {
    return new RepositoryLayout(shard).packKey(pack);
  }

  boolean isInPackOf(StoredAt other) {
    return pack.equals(other.pack) && shard.equals(other.shard);
  }

  @Override
  public int compareTo(StoredAt other) {
    return ORDER.compare(this, other);
  }
}

package io.reseed.backup.format;

import java.util.regex.Pattern;

/**
 * A shard as the repository knows it: {@code cluster/shard}, e.g. {@code commerce/-80}. Both parts
 * are letters, digits, dot, dash and underscore, at most 100 characters, with something other than
 * dots among them: so they are safe in an object key.
 */
public record ShardName(String cluster, String shard) implements Comparable<ShardName> {
  private static final Pattern PART = Pattern.compile("(?=.*[^.])[A-Za-z0-9._-]{1,100}");

  /** Checks both parts. */
  public ShardName {
    if (!PART.matcher(cluster).matches() || !PART.matcher(shard).matches()) {
      throw new IllegalArgumentException(
          "shard name must be cluster/shard of letters, digits and ._- : '"
              + cluster
              + "/"
              + shard
              + "'");
    }
  }

  /** Reads {@code cluster/shard}. */
  public static ShardName parse(String text) {
    int slash = text.indexOf('/');
    if (slash < 0) {
      throw new IllegalArgumentException("shard name must be cluster/shard: '" + text + "'");
    }
    return new ShardName(text.substring(0, slash), text.substring(slash + 1));
  }

  @Override
  public int compareTo(ShardName other) {
    return toString().compareTo(other.toString());
  }

  @Override
  public String toString() {
    return cluster + "/" + shard;
  }
}

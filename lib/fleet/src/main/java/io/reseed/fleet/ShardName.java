package io.reseed.fleet;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/**
 * A shard's full name, {@code cluster/shard}, e.g. {@code commerce/-80}: the key of every event
 * about the shard. Written as one string in JSON.
 *
 * @param cluster selects credentials in each service's configuration
 * @param shard unique within its cluster
 */
public record ShardName(String cluster, String shard) implements Comparable<ShardName> {
  private static final Pattern PART = Pattern.compile("[A-Za-z0-9_.-]{1,100}");

  /** Checks both parts: 1 to 100 letters, digits and {@code _.-}, and not only dots. */
  public ShardName {
    checkPart(cluster);
    checkPart(shard);
  }

  /** Reads {@code cluster/shard}. */
  public static ShardName parse(String text) {
    int slash = text.indexOf('/');
    if (slash < 0 || slash != text.lastIndexOf('/')) {
      throw new InvalidFieldException("shard", "must be 'cluster/shard' but is '" + text + "'");
    }
    return new ShardName(text.substring(0, slash), text.substring(slash + 1));
  }

  private static void checkPart(String part) {
    // "." and ".." would leave the shard's folder in the backup repository
    if (!PART.matcher(part).matches() || part.chars().allMatch(c -> c == '.')) {
      throw new InvalidFieldException(
          "shard", "has a part that is not 1 to 100 letters, digits and _.- : '" + part + "'");
    }
  }

  @Override
  public int compareTo(ShardName other) {
    return toString().compareTo(other.toString());
  }

  @JsonValue
  @Override
  public String toString() {
    return cluster + "/" + shard;
  }
}

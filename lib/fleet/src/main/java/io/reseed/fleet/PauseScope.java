package io.reseed.fleet;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Where nothing new is to be begun; written {@code shard:commerce/-80}, {@code cluster:commerce} or
 * {@code host:db-7}, also in JSON.
 *
 * @param name of the shard ({@code cluster/shard}), the cluster or the host
 */
public record PauseScope(Kind kind, String name) {
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:@+-]{0,199}");

  /** Of what. */
  public enum Kind {
    SHARD,
    CLUSTER,
    HOST
  }

  /**
   * Checks the name.
   *
   * @throws InvalidFieldException when it can be none
   */
  public PauseScope {
    switch (kind) {
      case SHARD -> ShardName.parse(name);
      case CLUSTER, HOST -> {
        if (!PLAIN.matcher(name).matches()) {
          throw new InvalidFieldException("scope", "names no %s: '%s'".formatted(kind, name));
        }
      }
    }
  }

  /** One shard. */
  public static PauseScope of(ShardName shard) {
    return new PauseScope(Kind.SHARD, shard.toString());
  }

  /**
   * Reads what {@link #toString} writes.
   *
   * @throws InvalidFieldException saying what is wrong
   */
  @JsonCreator
  public static PauseScope parse(String text) {
    int colon = text.indexOf(':');
    for (Kind kind : Kind.values()) {
      if (colon > 0 && text.substring(0, colon).equals(word(kind))) {
        return new PauseScope(kind, text.substring(colon + 1));
      }
    }
    throw new InvalidFieldException(
        "scope", "must be shard:…, cluster:… or host:…, but is '" + text + "'");
  }

  /** Whether the shard is in it; false for a host. */
  public boolean holds(ShardName shard) {
    return switch (kind) {
      case SHARD -> name.equals(shard.toString());
      case CLUSTER -> name.equals(shard.cluster());
      case HOST -> false;
    };
  }

  private static String word(Kind kind) {
    return kind.name().toLowerCase(Locale.ROOT);
  }

  @JsonValue
  @Override
  public String toString() {
    return word(kind) + ":" + name;
  }
}

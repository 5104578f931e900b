package io.reseed.mysql;

import java.util.Comparator;
import java.util.Objects;

/**
 * Where a server listens. Text form {@code host:port}; an IPv6 address stands in brackets, {@code
 * [::1]:3306}. Ordered by host, then port.
 *
 * @param host a name or an address, without brackets
 * @param port 1 to 65535
 */
public record ServerAddress(String host, int port) implements Comparable<ServerAddress> {
  private static final int PORT_MAX = 65_535;
  private static final int HOST_LENGTH_MAX = 255;
  private static final Comparator<ServerAddress> ORDER =
      Comparator.comparing(ServerAddress::host).thenComparingInt(ServerAddress::port);

  /** Refuses what can be no address with an {@link IllegalArgumentException}. */
  public ServerAddress {
    Objects.requireNonNull(host, "host");
    if (host.isEmpty()
        || host.length() > HOST_LENGTH_MAX
        || !host.chars().allMatch(ServerAddress::isHostChar)) {
      throw new IllegalArgumentException("not a host name or address: '" + host + "'");
    }
    if (port < 1 || port > PORT_MAX) {
      throw new IllegalArgumentException("port of " + host + " must be 1 to 65535, not " + port);
    }
  }

  /**
   * Reads {@code host:port}.
   *
   * @throws IllegalArgumentException naming the text and what is wrong with it
   */
  public static ServerAddress parse(String text) {
    int colon = text.lastIndexOf(':');
    if (colon <= 0) {
      throw new IllegalArgumentException("not of the form host:port: '" + text + "'");
    }
    String host = text.substring(0, colon);
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    } else if (host.indexOf(':') >= 0) {
      throw new IllegalArgumentException("an IPv6 address stands in brackets: '" + text + "'");
    }
    String digits = text.substring(colon + 1);
    if (digits.isEmpty()
        || digits.length() > 5
        || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
      throw new IllegalArgumentException("not a port in '" + text + "'");
    }
    return new ServerAddress(host, Integer.parseInt(digits));
  }

  private static boolean isHostChar(int c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || ".-_:%".indexOf(c) >= 0;
  }

  @Override
  public int compareTo(ServerAddress other) {
    return ORDER.compare(this, other);
  }

  /** The form that {@link #parse} reads. */
  @Override
  public String toString() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }
}

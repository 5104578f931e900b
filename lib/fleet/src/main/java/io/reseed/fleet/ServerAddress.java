package io.reseed.fleet;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where a mysqld listens; written {@code host:port} as one string, also in JSON. An IPv6 address
 * stands in brackets there, {@code [::1]:3306}. This is the one rule of what an address is: for
 * events, configurations, and what servers say of one another. Two servers are the same one exactly
 * if their addresses are equal, so publishers must use the name that the fleet uses ({@code
 * report_host}); names compare without case, and are kept and written in lower case, however they
 * came. Ordered by host, then port.
 *
 * @param host a name of letters, digits, dots, dashes and underscores, or an IPv4 or IPv6 address;
 *     without brackets
 * @param port 1 to 65535
 */
public record ServerAddress(String host, int port) implements Comparable<ServerAddress> {
  private static final int PORT_MAX = 65_535;
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,252}");
  private static final Pattern IPV6 =
      Pattern.compile("(?=[^:]*:[^:]*:)[0-9A-Fa-f:.]{2,45}(%[A-Za-z0-9._-]{1,15})?");
  private static final Pattern TEXT =
      Pattern.compile("(?:\\[([^\\[\\]]*)]|([^:\\[\\]]*)):0*([0-9]{1,5})");
  private static final Comparator<ServerAddress> ORDER =
      Comparator.comparing(ServerAddress::host).thenComparingInt(ServerAddress::port);

  /**
   * Checks both parts.
   *
   * @throws InvalidFieldException that says which rule is broken
   */
  public ServerAddress {
    host = requireHost("server", host);
    if (port < 1 || port > PORT_MAX) {
      throw new InvalidFieldException(
          "server", "must have a port between 1 and " + PORT_MAX + " but has " + port);
    }
  }

  /**
   * Reads {@code host:port}.
   *
   * @throws InvalidFieldException naming the text and what is wrong with it
   */
  @JsonCreator
  public static ServerAddress parse(String text) {
    var parts = TEXT.matcher(text);
    if (!parts.matches()) {
      throw new InvalidFieldException(
          "server", "must be 'host:port', an IPv6 address in brackets, but is '" + text + "'");
    }
    String bracketed = parts.group(1);
    if (bracketed != null && !isIpv6(bracketed)) {
      throw new InvalidFieldException("server", "has no IPv6 address in brackets: '" + text + "'");
    }
    String host = bracketed == null ? parts.group(2) : bracketed;
    return new ServerAddress(host, Integer.parseInt(parts.group(3)));
  }

  /** An address that a server reported; empty when it can be none, such as a missing port. */
  public static Optional<ServerAddress> reported(String host, int port) {
    try {
      return Optional.of(new ServerAddress(host, port));
    } catch (InvalidFieldException notAnAddress) {
      return Optional.empty();
    }
  }

  /**
   * Checks a host that an address is made of later; as it stands in the address, in lower case.
   *
   * @param field that it stands in
   * @throws InvalidFieldException when no address can be made of it
   */
  public static String requireHost(String field, String host) {
    if (!NAME.matcher(host).matches() && !isIpv6(host)) {
      throw new InvalidFieldException(field, "has no valid host name: '" + host + "'");
    }
    return lowerCase(host);
  }

  /** But for an IPv6 address's zone, which names an interface of this machine. */
  private static String lowerCase(String host) {
    int zone = host.indexOf('%');
    return zone < 0
        ? host.toLowerCase(Locale.ROOT)
        : host.substring(0, zone).toLowerCase(Locale.ROOT) + host.substring(zone);
  }

  private static boolean isIpv6(String host) {
    return IPV6.matcher(host).matches();
  }

  @Override
  public int compareTo(ServerAddress other) {
    return ORDER.compare(this, other);
  }

  /** The form that {@link #parse} reads. */
  @JsonValue
  @Override
  public String toString() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }
}

package io.reseed.events;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/**
 * Where a mysqld listens, {@code host:port}; written as one string in JSON. Two servers are the
 * same one exactly if their addresses are equal, so publishers must use the name that the fleet
 * uses ({@code report_host}).
 */
public record ServerAddress(String host, int port) implements Comparable<ServerAddress> {
  private static final Pattern HOST = Pattern.compile("[A-Za-z0-9][A-Za-z0-9.-]{0,252}");

  /** Checks the host name's characters and the port's range. */
  public ServerAddress {
    if (!HOST.matcher(host).matches()) {
      throw new InvalidEventException("server", "has no valid host name: '" + host + "'");
    }
    Check.within("server", 1, 65_535, port);
  }

  /** Reads {@code host:port}. */
  public static ServerAddress parse(String text) {
    int colon = text.lastIndexOf(':');
    try {
      if (colon > 0) {
        return new ServerAddress(
            text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
      }
    } catch (NumberFormatException notANumber) {
      throw new InvalidEventException("server", "has a port that is no number: '" + text + "'");
    }
    throw new InvalidEventException("server", "must be 'host:port' but is '" + text + "'");
  }

  @Override
  public int compareTo(ServerAddress other) {
    return toString().compareTo(other.toString());
  }

  @JsonValue
  @Override
  public String toString() {
    return host + ":" + port;
  }
}

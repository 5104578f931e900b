package io.reseed.mysql.trust;

import io.reseed.fleet.ServerAddress;
import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The addresses to which a password may be sent: networks ({@code 10.1.0.0/16}, {@code
 * 2001:db8::/32}), single IP addresses, host names, and all names below a domain ({@code
 * *.db.example}). Ports do not matter.
 *
 * <p>An IP address is compared with networks, a name with names. Names are not resolved: whoever
 * answers for a domain could make any name lead into an allowed network. Where IPv4 is written in
 * another way than with four plain decimals, nothing admits it, since others read such numbers
 * differently.
 *
 * @param rules in the words of their configuration, in lower case
 */
public record AllowedServers(List<String> rules) {
  private static final Pattern NAME = Pattern.compile("(\\*\\.)?[a-z0-9_][a-z0-9._-]{0,252}|\\*");
  private static final String BELOW = "*.";

  /** For servers whose address nobody else can choose; after what it is checked by. */
  static final AllowedServers ANY = new AllowedServers(List.of("0.0.0.0/0", "::/0", "*"));

  /**
   * Checks all rules.
   *
   * @throws IllegalArgumentException that names each rule that is none
   */
  public AllowedServers {
    rules = rules.stream().map(rule -> rule.toLowerCase(Locale.ROOT)).toList();
    List<String> faults =
        rules.stream().filter(rule -> !isName(rule) && network(rule).isEmpty()).toList();
    if (!faults.isEmpty()) {
      throw new IllegalArgumentException(
          "neither a network (10.1.0.0/16), an IP address, a host name nor a domain (*.db.example): "
              + String.join(", ", faults));
    }
    if (rules.isEmpty()) {
      throw new IllegalArgumentException("no network and no name is allowed");
    }
  }

  /** Whether a password may be sent there. */
  public boolean admits(ServerAddress server) {
    String host = server.host();
    Optional<InetAddress> literal = literal(host);
    if (literal.isEmpty()) {
      return rules.stream().anyMatch(rule -> admits(rule, host));
    }
    return isPlain(host, literal.get())
        && rules.stream()
            .flatMap(rule -> network(rule).stream())
            .anyMatch(network -> network.holds(literal.get()));
  }

  private static boolean admits(String rule, String name) {
    return rule.equals("*")
        || (rule.startsWith(BELOW) ? name.endsWith(rule.substring(1)) : rule.equals(name));
  }

  /** In lower case; no form of an address is a name. */
  private static boolean isName(String rule) {
    return NAME.matcher(rule).matches() && literal(rule).isEmpty();
  }

  /** The first bits that all addresses of a network share. */
  private record Network(InetAddress base, int bits) {
    boolean holds(InetAddress address) {
      byte[] one = base.getAddress();
      byte[] other = address.getAddress();
      return one.length == other.length && sharedBits(one, other) >= bits;
    }

    private static int sharedBits(byte[] one, byte[] other) {
      for (int i = 0; i < one.length; i++) {
        int difference = (one[i] ^ other[i]) & 0xFF;
        if (difference != 0) {
          return i * Byte.SIZE + Integer.numberOfLeadingZeros(difference) - 24;
        }
      }
      return one.length * Byte.SIZE;
    }
  }

  private static Optional<Network> network(String rule) {
    int slash = rule.indexOf('/');
    String address = slash < 0 ? rule : rule.substring(0, slash);
    Optional<InetAddress> base = literal(address);
    if (base.isEmpty() || !isPlain(address, base.get())) {
      return Optional.empty();
    }
    int length = base.get().getAddress().length * Byte.SIZE;
    if (slash < 0) {
      return Optional.of(new Network(base.get(), length));
    }
    String bits = rule.substring(slash + 1);
    return bits.matches("\\d{1,3}") && Integer.parseInt(bits) <= length
        ? Optional.of(new Network(base.get(), Integer.parseInt(bits)))
        : Optional.empty();
  }

  private static Optional<InetAddress> literal(String host) {
    try {
      return Optional.of(InetAddress.ofLiteral(host.replaceFirst("%.*", "")));
    } catch (IllegalArgumentException noLiteral) {
      return Optional.empty();
    }
  }

  private static boolean isPlain(String host, InetAddress literal) {
    return host.indexOf(':') >= 0 || literal.getHostAddress().equals(host);
  }

  @Override
  public String toString() {
    return String.join(", ", rules);
  }
}

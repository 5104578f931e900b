package io.reseed.testkit;

import io.reseed.mysql.Credentials;
import io.reseed.mysql.trust.ServerTrust;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;

/**
 * The accounts of one fleet, with generated passwords: the five that {@code
 * deploy/mysql-accounts.sql} creates, and an administrator for the fleet's own use.
 *
 * @param observer looks at servers
 * @param agent administers seeded servers
 * @param checker compares contents with replicas'
 * @param replicator replicates
 * @param donor is cloned from
 * @param admin may do everything; not an account of Reseed's, so services must not use it
 */
public record FleetAccounts(
    Credentials observer,
    Credentials agent,
    Credentials checker,
    Credentials replicator,
    Credentials donor,
    Credentials admin) {
  private static final String SCRIPT = "mysql-accounts.sql";

  /** The accounts with new random passwords, for servers that are trusted so. */
  static FleetAccounts generate(ServerTrust trust) {
    return new FleetAccounts(
        account("reseed_observer", trust),
        account("reseed_agent", trust),
        account("reseed_checker", trust),
        account("reseed_replicator", trust),
        account("reseed_donor", trust),
        account("fleet_admin", trust));
  }

  /** Reseed's accounts with new random passwords, for a rotation. */
  public FleetAccounts rotated() {
    FleetAccounts others = generate(observer.trust());
    return new FleetAccounts(
        others.observer, others.agent, others.checker, others.replicator, others.donor, admin);
  }

  /** Reseed's accounts, without the administrator. */
  public List<Credentials> ofReseed() {
    return List.of(observer, agent, checker, replicator, donor);
  }

  /**
   * What a service's configuration says of the cluster: these accounts, and which servers to trust.
   *
   * @param roles observer, agent, checker, replicator, donor
   */
  public Map<String, String> settings(String cluster, String... roles) {
    Map<String, String> values = new TreeMap<>();
    for (String role : roles) {
      values.putAll(settings(cluster, role, account(role)));
    }
    return values;
  }

  /** What a service's configuration says of one account, whoever's it is. */
  public static Map<String, String> settings(String cluster, String role, Credentials account) {
    String prefix = "reseed.mysql.accounts.\"%s\".".formatted(cluster);
    ServerTrust trust = account.trust();
    Map<String, String> values = new TreeMap<>();
    values.put(prefix + role + ".user", account.user());
    values.put(prefix + role + ".password", account.password());
    values.put(prefix + "servers.allowed", String.join(",", trust.allowed().rules()));
    values.put(
        prefix + "servers.tls", trust.tls().name().toLowerCase(Locale.ROOT).replace('_', '-'));
    trust.authorities().ifPresent(file -> values.put(prefix + "servers.ca", file.toString()));
    return values;
  }

  private Credentials account(String role) {
    return switch (role) {
      case "observer" -> observer;
      case "agent" -> agent;
      case "checker" -> checker;
      case "replicator" -> replicator;
      case "donor" -> donor;
      default -> throw new IllegalArgumentException("no such account: " + role);
    };
  }

  /**
   * The statements that create the accounts on a fresh server: the script that operators run, with
   * the passwords filled in, and the administrator.
   */
  List<String> statements() {
    List<String> statements = new ArrayList<>(split(withPasswords(script())));
    statements.add(
        "CREATE USER '%s'@'%%' IDENTIFIED BY '%s'".formatted(admin.user(), admin.password()));
    statements.add("GRANT ALL ON *.* TO '%s'@'%%' WITH GRANT OPTION".formatted(admin.user()));
    return List.copyOf(statements);
  }

  private String withPasswords(String script) {
    return ofReseed().stream()
        .reduce(script, FleetAccounts::withPassword, (first, second) -> second);
  }

  /** {@code @observer_password}, in quotes or not, becomes the quoted password. */
  private static String withPassword(String script, Credentials account) {
    String placeholder = "@" + account.user().replace("reseed_", "") + "_password";
    if (!script.contains(placeholder)) {
      throw new IllegalStateException(
          "deploy/%s has no placeholder %s: it and %s must name the same accounts"
              .formatted(SCRIPT, placeholder, FleetAccounts.class.getSimpleName()));
    }
    return script.replaceAll(
        "'?" + placeholder + "'?", Matcher.quoteReplacement("'" + account.password() + "'"));
  }

  /** Statements end with a semicolon at a line's end; comments have lines of their own. */
  static List<String> split(String script) {
    String code =
        String.join("\n", script.lines().filter(line -> !line.strip().startsWith("--")).toList());
    return Arrays.stream(code.split(";[ \t]*(?:\n|$)"))
        .map(String::strip)
        .filter(statement -> !statement.isEmpty())
        .toList();
  }

  private static String script() {
    Path file = Parts.root().resolve("deploy").resolve(SCRIPT);
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read the accounts from " + file, e);
    }
  }

  private static Credentials account(String user, ServerTrust trust) {
    byte[] bytes = new byte[12];
    new SecureRandom().nextBytes(bytes);
    return new Credentials(user, "Pw-" + HexFormat.of().formatHex(bytes), trust);
  }
}

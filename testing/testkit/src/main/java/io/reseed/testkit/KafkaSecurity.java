package io.reseed.testkit;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;

/**
 * How a secured broker and its clients know each other: TLS with a certificate of the broker's own
 * authority, and SCRAM-SHA-512 with a password for each user.
 *
 * <p>{@link #ADMIN} may do everything. The other users may, too, as long as a topic or group has no
 * access rule: a test takes rights away with rules that it makes as {@link #ADMIN}, or has them
 * missing from the start with the broker setting {@code allow.everyone.if.no.acl.found=false}.
 *
 * <p>Passwords are drawn when the broker's folder is new. Thread-safe.
 */
public final class KafkaSecurity {
  /** The user to whom nothing is forbidden. */
  public static final String ADMIN = "admin";

  private static final String BROKER = "broker";
  private static final String HOST = "127.0.0.1";
  private static final String MISNAMED_HOST = "127.0.0.2";
  private static final String MECHANISM = "SCRAM-SHA-512";

  private final int port;
  private final int misnamedPort;
  private final Map<String, String> passwords;
  private final ServerCertificates certificates;

  private KafkaSecurity(
      int port, int misnamedPort, Map<String, String> passwords, ServerCertificates certificates) {
    this.port = port;
    this.misnamedPort = misnamedPort;
    this.passwords = new TreeMap<>(passwords);
    this.certificates = certificates;
  }

  static KafkaSecurity in(Path folder, int port, Collection<String> users) {
    try {
      Files.createDirectories(folder);
      return new KafkaSecurity(
          port,
          FreePort.on(MISNAMED_HOST),
          passwords(folder.resolve("passwords.properties"), users),
          ServerCertificates.in(folder, List.of(HOST)));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot secure Kafka in " + folder, e);
    }
  }

  /** Users are made when the storage is formatted, so those of a folder never change. */
  private static Map<String, String> passwords(Path file, Collection<String> users)
      throws IOException {
    Properties stored = new Properties();
    if (Files.exists(file)) {
      try (Reader reader = Files.newBufferedReader(file)) {
        stored.load(reader);
      }
    } else {
      Set<String> names = new TreeSet<>(users);
      names.addAll(List.of(BROKER, ADMIN));
      names.forEach(name -> stored.setProperty(name, "pw-" + UUID.randomUUID()));
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      try (Writer writer = Files.newBufferedWriter(file)) {
        stored.store(writer, null);
      }
    }
    Map<String, String> passwords = new HashMap<>();
    stored.stringPropertyNames().forEach(name -> passwords.put(name, stored.getProperty(name)));
    return passwords;
  }

  /**
   * The user's password, to look for where it must not be.
   *
   * @throws IllegalArgumentException when the broker was started without this user
   */
  public String password(String user) {
    String password = passwords.get(user);
    if (password == null) {
      throw new IllegalArgumentException(
          "Kafka has no user %s, only %s: name it at the start"
              .formatted(user, passwords.keySet()));
    }
    return password;
  }

  /**
   * All that a client needs to connect as this user, {@code bootstrap.servers} among it.
   *
   * @throws IllegalArgumentException when the broker was started without this user
   */
  public Map<String, String> clientSettings(String user) {
    return clientSettings(user, password(user));
  }

  /** What a client has that believes this to be the user's password. */
  public Map<String, String> clientSettings(String user, String password) {
    return Map.of(
        "bootstrap.servers",
        HOST + ":" + port,
        "security.protocol",
        "SASL_SSL",
        "sasl.mechanism",
        MECHANISM,
        "sasl.jaas.config",
        login(user, password),
        "ssl.truststore.type",
        "PEM",
        "ssl.truststore.location",
        certificates.trusted().toString(),
        "ssl.endpoint.identification.algorithm",
        "https");
  }

  /**
   * An address where the same broker listens and for which its certificate is not: a client that
   * checks host names must not go on there.
   */
  public String misnamedBootstrapServers() {
    return MISNAMED_HOST + ":" + misnamedPort;
  }

  Map<String, String> brokerSettings(int controllerPort) {
    Map<String, String> settings = new HashMap<>();
    settings.put(
        "listeners",
        "SECURED://%s:%d,MISNAMED://%s:%d,CONTROLLER://%s:%d"
            .formatted(HOST, port, MISNAMED_HOST, misnamedPort, HOST, controllerPort));
    settings.put(
        "advertised.listeners",
        "SECURED://%s:%d,MISNAMED://%s:%d".formatted(HOST, port, MISNAMED_HOST, misnamedPort));
    settings.put(
        "listener.security.protocol.map",
        "SECURED:SASL_SSL,MISNAMED:SASL_SSL,CONTROLLER:PLAINTEXT");
    settings.put("inter.broker.listener.name", "SECURED");
    settings.put("sasl.enabled.mechanisms", MECHANISM);
    settings.put("sasl.mechanism.inter.broker.protocol", MECHANISM);
    for (String listener : List.of("secured", "misnamed")) {
      settings.put(
          "listener.name." + listener + ".scram-sha-512.sasl.jaas.config",
          login(BROKER, password(BROKER)));
    }
    settings.put("ssl.keystore.type", "PEM");
    settings.put("ssl.keystore.location", certificates.server().toString());
    settings.put("ssl.truststore.type", "PEM");
    settings.put("ssl.truststore.location", certificates.trusted().toString());
    settings.put(
        "authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
    // The controller's listener on loopback knows no names: the broker is nobody there.
    settings.put("super.users", "User:%s;User:%s;User:ANONYMOUS".formatted(BROKER, ADMIN));
    settings.put("allow.everyone.if.no.acl.found", "true");
    return settings;
  }

  List<String> formatArguments() {
    List<String> arguments = new ArrayList<>();
    passwords.forEach(
        (user, password) -> {
          arguments.add("--add-scram");
          arguments.add("%s=[name=%s,password=%s]".formatted(MECHANISM, user, password));
        });
    return arguments;
  }

  private static String login(String user, String password) {
    return "org.apache.kafka.common.security.scram.ScramLoginModule required"
        + " username=\"%s\" password=\"%s\";".formatted(user, password);
  }
}

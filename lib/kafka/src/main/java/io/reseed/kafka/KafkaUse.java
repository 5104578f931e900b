package io.reseed.kafka;

import java.util.Collection;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.SaslConfigs;

/**
 * Who uses Kafka for what, for messages. Knows the secrets among the settings, to keep them out.
 */
public final class KafkaUse {
  private static final Pattern USER = option("username");
  private static final Pattern PASSWORD = option("password");

  private final String broker;
  private final Optional<String> user;
  private final Set<String> secrets;
  private final String operation;
  private final Set<String> topics;

  private KafkaUse(Map<String, ?> kafka, String operation, Collection<String> topics) {
    this.broker = String.valueOf(kafka.get("bootstrap.servers"));
    this.user = first(USER, String.valueOf(kafka.get(SaslConfigs.SASL_JAAS_CONFIG)));
    this.secrets = secrets(kafka);
    this.operation = operation;
    this.topics = Set.copyOf(topics);
  }

  /** Reads topics. */
  public static KafkaUse reading(Map<String, ?> kafka, Collection<String> topics) {
    return new KafkaUse(kafka, "READ", topics);
  }

  /** Writes topics. */
  public static KafkaUse writing(Map<String, ?> kafka, Collection<String> topics) {
    return new KafkaUse(kafka, "WRITE", topics);
  }

  /** Reads and writes topics, where a failure does not say which of both it was. */
  public static KafkaUse readingAndWriting(Map<String, ?> kafka, Collection<String> topics) {
    return new KafkaUse(kafka, "READ or WRITE", topics);
  }

  String broker() {
    return broker;
  }

  String who() {
    return user.map(name -> "user " + name).orElse("this client, which names no user,");
  }

  String operation() {
    return operation;
  }

  Set<String> topics() {
    return topics;
  }

  /** What the failure says, unless that has a secret in it. */
  String safe(Throwable thrown) {
    String text = thrown.getMessage() == null ? thrown.toString() : thrown.getMessage();
    return isSecretIn(text) ? "its words are hidden, for they have a secret in them" : text;
  }

  boolean hasSecret(Collection<? extends Throwable> causes) {
    return causes.stream().anyMatch(cause -> isSecretIn(cause.toString()));
  }

  private boolean isSecretIn(String text) {
    return secrets.stream().anyMatch(text::contains);
  }

  private static Set<String> secrets(Map<String, ?> kafka) {
    Set<String> secrets = new HashSet<>();
    kafka.forEach(
        (key, value) -> {
          String text = String.valueOf(value);
          if (key.endsWith(SaslConfigs.SASL_JAAS_CONFIG)) {
            secrets.add(text);
            PASSWORD.matcher(text).results().forEach(found -> secrets.add(value(found.group(1))));
          } else if (isSecret(key)) {
            secrets.add(text);
          }
        });
    secrets.remove("");
    return secrets;
  }

  private static boolean isSecret(String key) {
    String lower = key.toLowerCase(Locale.ROOT);
    return lower.contains("password") || lower.contains("secret") || lower.endsWith("store.key");
  }

  private static Optional<String> first(Pattern option, String login) {
    Matcher matcher = option.matcher(login);
    return matcher.find() ? Optional.of(value(matcher.group(1))) : Optional.empty();
  }

  /** The option of a login module, with its quotes when it has some. */
  private static Pattern option(String name) {
    return Pattern.compile("\\b" + name + "\\s*=\\s*(\"[^\"]*\"|'[^']*'|[^\\s;]+)");
  }

  private static String value(String quoted) {
    boolean isQuoted = quoted.startsWith("\"") || quoted.startsWith("'");
    return isQuoted && quoted.length() > 1 ? quoted.substring(1, quoted.length() - 1) : quoted;
  }
}

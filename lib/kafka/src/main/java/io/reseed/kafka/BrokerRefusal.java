package io.reseed.kafka;

import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Supplier;
import javax.security.auth.login.LoginException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.jspecify.annotations.Nullable;

/**
 * What a failure of a Kafka client says about password, certificate, rights, sizes or settings:
 * none of that passes by itself, so the operator must act, and waiting would only hide it.
 *
 * @param text for people: which broker, which user, what is refused and what to do; never a
 *     password
 */
public record BrokerRefusal(Reason reason, String text) {
  private static final int CAUSES_MAX = 20;

  /** What is refused. */
  public enum Reason {
    /** The broker does not know this user with this password, or not this way to log in. */
    LOGIN,
    /** There is no TLS connection: mostly a certificate that is not trusted or for another name. */
    CERTIFICATE,
    /** The user lacks a right. */
    PERMISSION,
    /** A record is larger than its topic takes. */
    SIZE,
    /** The client's own settings cannot be used, so it never asked a broker. */
    SETTINGS
  }

  /** The refusal that this failure is, or that caused it; empty when it is of another kind. */
  public static Optional<BrokerRefusal> of(Throwable thrown, KafkaUse use) {
    List<Throwable> causes = causes(thrown);
    return causes.stream()
        .map(cause -> one(cause, causes, use))
        .flatMap(Optional::stream)
        .findFirst();
  }

  /** {@link #of} as an exception, without the failure as its cause when that has a secret in it. */
  public static Optional<BrokerRefusedException> exception(Throwable thrown, KafkaUse use) {
    return of(thrown, use).map(refusal -> refusal.causedBy(thrown, use));
  }

  /**
   * Opens a client.
   *
   * @throws BrokerRefusedException when its settings cannot be used
   */
  public static <T> T opening(KafkaUse use, Supplier<T> client) {
    try {
      return client.get();
    } catch (KafkaException e) {
      BrokerRefusal refusal = of(e, use).orElseGet(() -> settings(causes(e).getLast(), use));
      throw refusal.causedBy(e, use);
    }
  }

  private BrokerRefusedException causedBy(Throwable thrown, KafkaUse use) {
    @Nullable Throwable cause = use.hasSecret(causes(thrown)) ? null : thrown;
    return new BrokerRefusedException(reason, text, cause);
  }

  private static Optional<BrokerRefusal> one(Throwable thrown, List<Throwable> all, KafkaUse use) {
    return switch (thrown) {
      case BrokerRefusedException e ->
          Optional.of(new BrokerRefusal(e.reason(), String.valueOf(e.getMessage())));
      case SaslAuthenticationException _ -> Optional.of(password(use));
      case SslAuthenticationException _ -> Optional.of(certificate(all, use));
      case AuthenticationException e -> Optional.of(login(e, use));
      case AuthorizationException e -> Optional.of(permission(e, use));
      case RecordTooLargeException e -> Optional.of(size(e, use));
      case ConfigException e -> Optional.of(settings(e, use));
      case LoginException e -> Optional.of(settings(e, use));
      default -> Optional.empty();
    };
  }

  private static BrokerRefusal password(KafkaUse use) {
    return new BrokerRefusal(
        Reason.LOGIN,
        "the broker at %s refused the password of %s: correct kafka sasl.jaas.config"
                .formatted(use.broker(), use.who())
            + ", or the user on the broker");
  }

  private static BrokerRefusal login(AuthenticationException refused, KafkaUse use) {
    return new BrokerRefusal(
        Reason.LOGIN,
        "the broker at %s does not take this login of %s (%s): check kafka sasl.mechanism"
                .formatted(use.broker(), use.who(), use.safe(refused))
            + " and security.protocol");
  }

  private static BrokerRefusal certificate(List<Throwable> causes, KafkaUse use) {
    Throwable root = causes.getLast();
    boolean isCertificates =
        causes.stream()
            .anyMatch(
                cause ->
                    cause instanceof CertificateException
                        || cause instanceof CertPathBuilderException);
    return new BrokerRefusal(
        Reason.CERTIFICATE,
        isCertificates
            ? "the certificate of the broker at %s is not trusted or not for this host name (%s):"
                    .formatted(use.broker(), use.safe(root))
                + " check kafka ssl.truststore.* and bootstrap.servers"
            : "no TLS connection to the broker at %s (%s): check kafka security.protocol, ssl.*"
                    .formatted(use.broker(), use.safe(root))
                + " and the listener's port");
  }

  private static BrokerRefusal permission(AuthorizationException refused, KafkaUse use) {
    String lacking =
        switch (refused) {
          case TopicAuthorizationException e ->
              use.operation() + " topic " + topics(e.unauthorizedTopics(), use);
          case GroupAuthorizationException e ->
              "READ group " + (e.groupId() == null ? "of its consumers" : e.groupId());
          case TransactionalIdAuthorizationException _ ->
              "WRITE and DESCRIBE its transactional ids";
          case ClusterAuthorizationException e -> "do this on the cluster, " + use.safe(e);
          default -> "do this, " + use.safe(refused);
        };
    return new BrokerRefusal(
        Reason.PERMISSION,
        "%s may not %s (broker at %s): grant it with an ACL"
            .formatted(use.who(), lacking, use.broker()));
  }

  private static BrokerRefusal size(RecordTooLargeException refused, KafkaUse use) {
    return new BrokerRefusal(
        Reason.SIZE,
        "the broker at %s does not take a record for its size (%s): raise max.message.bytes of %s"
            .formatted(use.broker(), use.safe(refused), topics(List.of(), use)));
  }

  private static String topics(Collection<String> refused, KafkaUse use) {
    return String.join(", ", new TreeSet<>(refused.isEmpty() ? use.topics() : refused));
  }

  private static BrokerRefusal settings(Throwable root, KafkaUse use) {
    return new BrokerRefusal(
        Reason.SETTINGS, "the kafka settings cannot be used: " + use.safe(root));
  }

  /** The failure itself first. */
  private static List<Throwable> causes(Throwable thrown) {
    List<Throwable> causes = new ArrayList<>();
    @Nullable Throwable next = thrown;
    while (next != null && causes.size() < CAUSES_MAX) {
      causes.add(next);
      next = next.getCause();
    }
    return causes;
  }
}

package io.reseed.testkit;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives a test class a running Kafka: {@code @RegisterExtension static final KafkaExtension KAFKA =
 * KafkaExtension.shared();}, or {@code @ExtendWith(KafkaExtension.class)} and a {@link KafkaBroker}
 * parameter.
 *
 * <p>The shared broker serves every test class of the JVM: name topics with {@link #topic}, and do
 * not stop it. A class that kills or restarts its broker takes a {@link #dedicated} one.
 */
public final class KafkaExtension implements BeforeAllCallback, ParameterResolver {
  private final boolean isShared;
  private final Function<Path, KafkaBroker> start;
  private @Nullable KafkaBroker broker;
  private @Nullable String prefix;

  /** The shared one, for {@code @ExtendWith}. */
  public KafkaExtension() {
    this(true, folder -> KafkaBroker.start(folder, Map.of()));
  }

  private KafkaExtension(boolean isShared, Function<Path, KafkaBroker> start) {
    this.isShared = isShared;
    this.start = start;
  }

  /** The broker that all classes of this JVM share. */
  public static KafkaExtension shared() {
    return new KafkaExtension();
  }

  /** A broker for this class alone, with these settings on top of the test settings. */
  public static KafkaExtension dedicated(Map<String, String> overrides) {
    return new KafkaExtension(false, folder -> KafkaBroker.start(folder, overrides));
  }

  /** A broker for this class alone that takes only these users, see {@link KafkaSecurity}. */
  public static KafkaExtension secured(String... users) {
    List<String> names = List.of(users);
    return new KafkaExtension(false, folder -> KafkaBroker.startSecured(folder, names, Map.of()));
  }

  public KafkaBroker broker() {
    return started(broker);
  }

  public String bootstrapServers() {
    return broker().bootstrapServers();
  }

  /** A prefix, with a dash at its end, that no other test class has. */
  public String prefix() {
    return started(prefix);
  }

  /** This class' own name for a topic. */
  public String topic(String name) {
    return prefix() + name;
  }

  /** Creates a topic with this class' own name for it, and returns that name. */
  public String createTopic(String name, int partitions) {
    String own = topic(name);
    broker().createTopic(own, partitions, Map.of());
    return own;
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    if (prefix == null) {
      prefix = TestNames.unique(context.getRequiredTestClass()) + "-";
    }
    broker = resolve(context);
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == KafkaBroker.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return broker();
  }

  private KafkaBroker resolve(ExtensionContext context) {
    return SharedPart.inStoreOf(
        isShared ? context.getRoot() : context,
        isShared ? KafkaBroker.class : this,
        new SharedPart.Kind<>(KafkaBroker.class, start, KafkaBroker::stop));
  }

  private static <T> T started(@Nullable T part) {
    if (part == null) {
      throw new IllegalStateException(
          "Kafka starts before all tests of a class: register the extension on a static field.");
    }
    return part;
  }
}

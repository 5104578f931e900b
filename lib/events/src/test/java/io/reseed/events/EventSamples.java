package io.reseed.events;

import io.reseed.fleet.InvalidFieldException;
import io.reseed.fleet.PauseScope;
import io.reseed.fleet.ServerAddress;
import io.reseed.fleet.ShardName;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import org.jspecify.annotations.Nullable;

/**
 * Makes events of every record type from a seed, by the types and names of their components, so
 * that a new field or event is covered without a word here.
 */
final class EventSamples {
  private static final Set<String> FREE_TEXTS =
      Set.of("reason", "incident", "headline", "message", "hint", "note", "detail", "sourceKey");
  private static final String TEXT_ALPHABET = "aZ09 \"\\/{}[]<>&'\n\t\u0000äß漢\u2028";
  private static final String NAME_ALPHABET = "abcXYZ0189._:@+-";

  /** Tries after which a record whose fields exclude one another may leave some out. */
  private static final int TRIES_WITH_ALL = 100;

  /** Which fields that may be absent are there. */
  enum Optionals {
    SOMETIMES,
    WHERE_POSSIBLE
  }

  private final Random random;
  private final Optionals optionals;

  EventSamples(Random random, Optionals optionals) {
    this.random = random;
    this.optionals = optionals;
  }

  static Arbitrary<Event> arbitrary(Topic topic) {
    return Arbitraries.randomValue(
        random -> new EventSamples(random, Optionals.SOMETIMES).event(topic));
  }

  Event event(Topic topic) {
    return topic.eventType().cast(record(topic.eventType()));
  }

  static boolean isOptional(RecordComponent component) {
    return component.getAnnotatedType().isAnnotationPresent(Nullable.class);
  }

  /** Tries until the rules that span several fields hold, too. */
  private Object record(Class<?> type) {
    Constructor<?> constructor = type.getDeclaredConstructors()[0];
    for (int i = 0; i < 1_000; i++) {
      boolean all = optionals == Optionals.WHERE_POSSIBLE && i < TRIES_WITH_ALL;
      Object[] arguments =
          Arrays.stream(type.getRecordComponents()).map(it -> component(it, all)).toArray();
      try {
        return constructor.newInstance(arguments);
      } catch (InvocationTargetException broken) {
        if (!(broken.getCause() instanceof InvalidFieldException)) {
          throw new AssertionError(type + " does not name its rule", broken);
        }
      } catch (ReflectiveOperationException impossible) {
        throw new LinkageError(impossible.getMessage(), impossible);
      }
    }
    throw new AssertionError("no valid " + type + " found");
  }

  private @Nullable Object component(RecordComponent component, boolean all) {
    if (isOptional(component) && !all && random.nextBoolean()) {
      return null;
    }
    return value(component.getAnnotatedType(), component.getName());
  }

  private Object value(AnnotatedType annotated, String name) {
    Type type = annotated.getType();
    if (annotated instanceof AnnotatedParameterizedType generic) {
      return ((ParameterizedType) type).getRawType() == Map.class ? map() : list(generic, name);
    }
    Class<?> plain = (Class<?>) type;
    if (plain.isEnum()) {
      Object[] constants = plain.getEnumConstants();
      return constants[random.nextInt(constants.length)];
    }
    if (plain == SeedingOrigin.class) {
      Class<?>[] kinds = plain.getPermittedSubclasses();
      return record(kinds[random.nextInt(kinds.length)]);
    }
    return plain.isRecord() ? recordOrName(plain) : scalar(plain, name);
  }

  private Object recordOrName(Class<?> type) {
    if (type == ShardName.class) {
      return new ShardName(text("azAZ09_.-", 1, 100) + "x", "-80");
    }
    if (type == ServerAddress.class) {
      return new ServerAddress("h" + text("az09.-", 0, 100), 1 + random.nextInt(65_535));
    }
    if (type == PauseScope.class) {
      return new PauseScope(PauseScope.Kind.HOST, "h" + text("az09.-", 0, 100));
    }
    return record(type);
  }

  private Object scalar(Class<?> type, String name) {
    if (type == String.class) {
      return string(name);
    }
    if (type == Instant.class) {
      return Instant.ofEpochSecond(random.nextLong(4_000_000_000L), random.nextInt(1_000_000_000));
    }
    if (type == boolean.class || type == Boolean.class) {
      return random.nextBoolean();
    }
    if (type == int.class || type == Integer.class) {
      return random.nextInt(4) == 0 ? random.nextInt(Integer.MAX_VALUE) : random.nextInt(51);
    }
    if (type == long.class || type == Long.class) {
      return random.nextInt(4) == 0 ? random.nextLong(Long.MAX_VALUE) : random.nextLong(1_000);
    }
    throw new AssertionError("no samples for " + type);
  }

  private String string(String name) {
    if (FREE_TEXTS.contains(name)) {
      return text(TEXT_ALPHABET, 0, 300);
    }
    return switch (name) {
      case "gtidSet" -> gtidSet();
      case "address" -> "h" + text("az09.-", 0, 100);
      case "cron" -> random.nextInt(60) + " " + random.nextInt(24) + " * * 1-5";
      default -> "n" + text(NAME_ALPHABET, 0, 199);
    };
  }

  private List<Object> list(AnnotatedParameterizedType type, String name) {
    AnnotatedType of = type.getAnnotatedActualTypeArguments()[0];
    int size = optionals == Optionals.WHERE_POSSIBLE ? 2 : random.nextInt(4);
    List<Object> values = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      values.add(value(of, name));
    }
    return values;
  }

  private Map<String, String> map() {
    Map<String, String> values = new HashMap<>();
    for (int i = 0; i < 3; i++) {
      values.put(text(TEXT_ALPHABET, 0, 20), text(TEXT_ALPHABET, 0, 50));
    }
    return values;
  }

  private String gtidSet() {
    return random.nextInt(5) == 0
        ? ""
        : "3e11fa47-71ca-11e1-9e33-c80aa9429562:1-" + (1 + random.nextInt(1_000_000));
  }

  private String text(String alphabet, int min, int max) {
    int length = min + random.nextInt(max - min);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.append(alphabet.charAt(random.nextInt(alphabet.length())));
    }
    return text.toString();
  }
}

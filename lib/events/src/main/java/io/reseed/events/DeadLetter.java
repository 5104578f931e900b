package io.reseed.events;

import io.reseed.events.rule.Check;
import io.reseed.fleet.Failure;
import io.reseed.fleet.InvalidFieldException;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A record that could not be read or handled, with the reason; nothing is ever dropped silently.
 * What a stranger made too large to be kept whole is cut.
 *
 * @param sourceTopic where the record lay
 * @param sourceKey its key as text, if it had one
 * @param sourceHeaders its headers as text
 * @param sourceValue its value, Base64; cut at 700,000 characters
 * @param service which service could not use it
 */
public record DeadLetter(
    String sourceTopic,
    int sourcePartition,
    long sourceOffset,
    @Nullable String sourceKey,
    Map<String, String> sourceHeaders,
    String sourceValue,
    Failure failure,
    String service,
    Instant occurredAt)
    implements Event {
  /** Longest {@link #sourceValue}, in characters. */
  public static final int SOURCE_VALUE_CHARACTERS_MAX = 700_000;

  /** Checks presence and bounds. */
  public DeadLetter {
    Check.name("sourceTopic", sourceTopic);
    Check.atLeast("sourcePartition", 0, sourcePartition);
    Check.atLeast("sourceOffset", 0, sourceOffset);
    Check.present("sourceHeaders", sourceHeaders)
        .forEach((name, value) -> Check.present("sourceHeaders." + name, value));
    sourceHeaders = Map.copyOf(sourceHeaders);
    if (Check.present("sourceValue", sourceValue).length() > SOURCE_VALUE_CHARACTERS_MAX) {
      throw new InvalidFieldException(
          "sourceValue", "is longer than " + SOURCE_VALUE_CHARACTERS_MAX + " characters");
    }
    Check.present("failure", failure);
    Check.name("service", service);
    Check.present("occurredAt", occurredAt);
  }

  @Override
  public Topic topic() {
    return Topic.DEAD_LETTERS;
  }

  @Override
  public String key() {
    return sourceTopic;
  }
}

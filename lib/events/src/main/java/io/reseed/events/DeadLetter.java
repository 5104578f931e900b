package io.reseed.events;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A record that could not be read or handled, whole, with the reason; nothing is ever dropped
 * silently.
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
  /** Checks presence. */
  public DeadLetter {
    Check.name("sourceTopic", sourceTopic);
    sourceHeaders = Map.copyOf(Check.present("sourceHeaders", sourceHeaders));
    Check.present("sourceValue", sourceValue);
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

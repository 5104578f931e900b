package io.reseed.events;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes events as CloudEvents in binary mode and reads them in binary and structured mode.
 * Thread-safe, without state.
 */
public interface EventCodec {
  /** Largest value that is read; larger records are rejected unread. */
  int VALUE_BYTES_MAX = 900_000;

  /** Encodes {@code event}; never fails for a constructed event. */
  EncodedEvent encode(Event event, EventContext context);

  /**
   * A tombstone for {@code key} of a compacted topic; its header {@code ce_subject} is {@code
   * partitionKey}.
   */
  EncodedEvent tombstone(Topic topic, String key, String partitionKey);

  /**
   * Reads one record of {@code topic}. Never throws: what cannot be read comes back as {@link
   * DecodedEvent.Rejected} with a message that names field and rule. Unknown fields are ignored.
   */
  DecodedEvent decode(
      Topic topic, @Nullable String key, Map<String, byte[]> headers, byte @Nullable [] value);
}

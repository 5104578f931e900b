package io.reseed.events.codec;

import io.reseed.events.Event;
import io.reseed.events.Topic;
import io.reseed.fleet.Failure;
import io.reseed.fleet.FailureCode;
import org.jspecify.annotations.Nullable;

/** What came out of reading one Kafka record. */
public sealed interface DecodedEvent {
  /** A valid event. */
  record Valid(Event event, EventContext context) implements DecodedEvent {}

  /**
   * The key's value is gone (compacted topics only).
   *
   * @param partitionKey what chose the partition, from the {@code ce_subject} header: for an
   *     assignment the shard, which neither key nor value tell; absent where an outsider wrote the
   *     tombstone without that header
   */
  record Tombstone(Topic topic, String key, @Nullable String partitionKey)
      implements DecodedEvent {}

  /** Not an event of this topic; goes to the dead letters with this failure. */
  record Rejected(FailureCode code, String message, String hint) implements DecodedEvent {
    /** For publishing. */
    public Failure failure() {
      return Failure.of(code, message, hint);
    }
  }
}

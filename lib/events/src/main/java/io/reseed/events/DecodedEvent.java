package io.reseed.events;

/** What came out of reading one Kafka record. */
public sealed interface DecodedEvent {
  /** A valid event. */
  record Valid(Event event, EventContext context) implements DecodedEvent {}

  /** The key's value is gone (compacted topics only). */
  record Tombstone(Topic topic, String key) implements DecodedEvent {}

  /** Not an event of this topic; goes to the dead letters with this failure. */
  record Rejected(Failure failure) implements DecodedEvent {}
}

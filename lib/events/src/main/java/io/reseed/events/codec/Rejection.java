package io.reseed.events.codec;

import io.reseed.events.Topic;
import io.reseed.fleet.FailureCode;
import io.reseed.fleet.ForeignText;
import io.reseed.fleet.InvalidFieldException;
import java.io.IOException;
import java.util.Arrays;

/** The reasons for which a record is turned away; all need the publisher's operator. */
final class Rejection {
  private static final int QUOTED_CHARACTERS_MAX = 500;

  private Rejection() {}

  static DecodedEvent.Rejected empty(Topic topic) {
    return of(
        FailureCode.EMPTY_RECORD,
        "a record on %s has no document".formatted(topic.baseName()),
        "only compacted topics know tombstones (null values, with a key); send a JSON document");
  }

  static DecodedEvent.Rejected tooLarge(Topic topic, int valueBytes) {
    return of(
        FailureCode.RECORD_TOO_LARGE,
        "a record on %s has %d bytes, more than %d"
            .formatted(topic.baseName(), valueBytes, EventCodec.VALUE_BYTES_MAX),
        "send less; free text belongs into the publisher's log");
  }

  static DecodedEvent.Rejected key(Topic topic, String key) {
    return of(
        FailureCode.INVALID_FIELD,
        "a tombstone on %s has key or subject '%s'".formatted(topic.baseName(), quoted(key)),
        "name a shard or seeding: letters, digits and ._:@+-/");
  }

  static DecodedEvent.Rejected notCloudEvent(Topic topic, RuntimeException problem) {
    return of(
        FailureCode.NOT_A_CLOUD_EVENT,
        "a record on %s is no CloudEvent: %s"
            .formatted(topic.baseName(), quoted(String.valueOf(problem.getMessage()))),
        ("send the headers ce_specversion=1.0, ce_id, ce_source (a URI reference) and ce_type=%s,"
                + " or a whole CloudEvent with content-type=application/cloudevents+json")
            .formatted(topic.cloudEventType()));
  }

  static DecodedEvent.Rejected type(Topic topic, String type) {
    boolean known =
        Arrays.stream(Topic.values()).anyMatch(other -> other.cloudEventType().equals(type));
    return of(
        known ? FailureCode.WRONG_EVENT_TYPE : FailureCode.UNKNOWN_EVENT_TYPE,
        known
            ? "a record on %s is of type '%s', which belongs to another topic"
                .formatted(topic.baseName(), type)
            : "a record on %s is of the unknown type '%s'"
                .formatted(topic.baseName(), quoted(type)),
        "this topic carries %s only".formatted(topic.cloudEventType()));
  }

  static DecodedEvent.Rejected malformedJson(Topic topic, IOException problem) {
    String message = quoted(String.valueOf(problem.getMessage()));
    return of(
        FailureCode.MALFORMED_JSON,
        "a record on %s is no readable JSON: %s".formatted(topic.baseName(), message),
        "send one JSON object in UTF-8, without duplicate fields, trailing text or deep nesting");
  }

  static DecodedEvent.Rejected invalidField(Topic topic, InvalidFieldException problem) {
    String subject =
        problem.field().isEmpty()
            ? "the document"
            : "field '%s'".formatted(quoted(problem.field()));
    return of(
        FailureCode.INVALID_FIELD,
        "a record on %s is invalid: %s %s"
            .formatted(topic.baseName(), subject, quoted(problem.rule())),
        "compare it with the JSON Schema %s.v1.json".formatted(topic.baseName()));
  }

  private static DecodedEvent.Rejected of(FailureCode code, String message, String hint) {
    return new DecodedEvent.Rejected(code, message, hint);
  }

  private static String quoted(String foreign) {
    return ForeignText.shown(foreign, QUOTED_CHARACTERS_MAX);
  }
}

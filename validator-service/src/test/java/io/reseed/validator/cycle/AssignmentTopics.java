package io.reseed.validator.cycle;

import io.reseed.events.Assignment;
import io.reseed.events.ProofAssigned;
import io.reseed.events.SeedingAssigned;
import io.reseed.events.Topic;
import io.reseed.events.codec.DecodedEvent;
import io.reseed.events.codec.EventCodec;
import io.reseed.kafka.EventTopics;
import io.reseed.kafka.Publication;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What lies on both assignment topics after what was decided about a shard. */
final class AssignmentTopics {
  private final CyclePublisher publisher =
      new CyclePublisher(
          new EventTopics("", "validator-service", "test"), new CycleStatus(Story.POLICY));
  private final EventCodec codec = new EventCodec();
  private final Map<String, SeedingAssigned> seedings = new HashMap<>();
  private final Map<String, ProofAssigned> proofs = new HashMap<>();
  private final List<String> records = new ArrayList<>();

  /** After all that a story decided. */
  static AssignmentTopics of(Story story) {
    AssignmentTopics topics = new AssignmentTopics();
    story.events(CycleEvent.class).forEach(topics::take);
    return topics;
  }

  void take(CycleEvent event) {
    for (Publication publication :
        publisher.publications(Story.SHARD.toString(), event, CycleState.EMPTY)) {
      Optional<Topic> topic =
          Topic.named(publication.topic(), "")
              .filter(one -> Assignment.class.isAssignableFrom(one.eventType()));
      topic.ifPresent(one -> take(one, publication));
    }
  }

  private void take(Topic topic, Publication publication) {
    if (!publication.partitionKey().equals(Story.SHARD.toString())) {
      throw new AssertionError("not partitioned by the shard: " + publication);
    }
    switch (codec.decode(topic, publication.key(), publication.headers(), publication.value())) {
      case DecodedEvent.Valid valid -> take((Assignment) valid.event(), publication.key());
      case DecodedEvent.Tombstone over -> end(topic, over.key());
      case DecodedEvent.Rejected rejected -> throw new AssertionError(rejected.message());
    }
  }

  private void take(Assignment assignment, String key) {
    String attempt = " %d from %s".formatted(assignment.attempt(), assignment.source());
    switch (assignment) {
      case SeedingAssigned seeding -> {
        seedings.put(key, seeding);
        records.add("seeding " + seeding.goal() + attempt);
      }
      case ProofAssigned proof -> {
        proofs.put(key, proof);
        records.add("proof " + proof.goal() + attempt);
      }
    }
  }

  /** A record that never was needs no end. */
  private void end(Topic topic, String key) {
    boolean proof = topic == Topic.PROOF_ASSIGNED;
    Assignment ended = proof ? proofs.remove(key) : seedings.remove(key);
    if (ended == null) {
      throw new AssertionError("nothing of " + key + " to end on " + topic);
    }
    records.add(proof ? "proof over" : "seeding over");
  }

  /** What an assignment asks for. */
  static Object goal(Assignment assignment) {
    return switch (assignment) {
      case SeedingAssigned seeding -> seeding.goal();
      case ProofAssigned proof -> proof.goal();
    };
  }

  /** The newest assignment of each seeding to those who make servers. */
  Map<String, SeedingAssigned> seedings() {
    return seedings;
  }

  /** The newest assignment of each seeding to proof agents. */
  Map<String, ProofAssigned> proofs() {
    return proofs;
  }

  /** All records so far, in words, in the order in which they were published. */
  List<String> records() {
    return records;
  }
}

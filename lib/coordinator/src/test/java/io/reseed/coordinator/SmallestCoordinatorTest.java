package io.reseed.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.reseed.kafka.DeadLetters;
import io.reseed.kafka.Decoded;
import io.reseed.kafka.EventPublisher;
import io.reseed.kafka.InputTopic;
import io.reseed.kafka.Publication;
import io.reseed.kafka.RejectedRecord;
import io.reseed.testkit.KafkaExtension;
import io.reseed.testkit.KafkaRecords;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** All that a new coordinator has to bring: state, vocabulary, machine, worker and topics. */
class SmallestCoordinatorTest {
  @RegisterExtension static final KafkaExtension KAFKA = KafkaExtension.shared();

  /** State: how many greetings a shard returned, and whether one is under way. */
  record Greetings(long returned, boolean asked) {}

  /** Vocabulary: what it is told, what it decides, what it has done outside. */
  enum Input {
    GREETED,
    RETURNED,
    RESUMED
  }

  enum Event {
    ASKED,
    RETURNED
  }

  record Greet(String shard) {}

  /** Machine. */
  static final class Machine implements ShardMachine<Greetings, Input, Event, Greet> {
    @Override
    public Greetings initial(String shard) {
      return new Greetings(0, false);
    }

    @Override
    public Decision<Event, Greet> decide(Greetings state, Input input, Instant now) {
      List<Greet> greet = List.of(new Greet("you"));
      return switch (input) {
        case GREETED -> new Decision<>(List.of(Event.ASKED), greet);
        case RETURNED -> new Decision<>(List.of(Event.RETURNED), List.of());
        case RESUMED -> new Decision<>(List.of(), state.asked() ? greet : List.of());
      };
    }

    @Override
    public Greetings apply(Greetings state, Event event) {
      return switch (event) {
        case ASKED -> new Greetings(state.returned(), true);
        case RETURNED -> new Greetings(state.returned() + 1, false);
      };
    }

    @Override
    public Input resumed() {
      return Input.RESUMED;
    }

    @Override
    public Input timerFired() {
      return Input.RESUMED;
    }

    @Override
    public Optional<Instant> wakeAt(Greetings state) {
      return Optional.empty();
    }
  }

  /** Worker. */
  static final class Worker implements EffectRunner<Greet, Input> {
    @Override
    public Input run(String shard, Greet effect) {
      return Input.RETURNED;
    }

    @Override
    public Duration timeLimit(Greet effect) {
      return Duration.ofSeconds(10);
    }

    @Override
    public Input failed(String shard, Greet effect, EffectFailure failure) {
      return Input.RESUMED;
    }
  }

  /** Topics. */
  record Topics(String heard, String said, String letters)
      implements Publisher<Greetings, Event>, DeadLetters {
    InputTopic<Input> input() {
      return InputTopic.partitionedByShard(
          heard,
          record ->
              new Decoded.Input<>(new String(record.key(), StandardCharsets.UTF_8), Input.GREETED));
    }

    @Override
    public Set<String> topics() {
      return Set.of(said);
    }

    @Override
    public List<Publication> publications(String shard, Event event, Greetings after) {
      byte[] count = Long.toString(after.returned()).getBytes(StandardCharsets.UTF_8);
      return event == Event.RETURNED
          ? List.of(Publication.of(said, shard, Map.of(), count))
          : List.of();
    }

    @Override
    public String topic() {
      return letters;
    }

    @Override
    public Publication letter(RejectedRecord rejected) {
      return Publication.of(letters, "letter", Map.of(), new byte[0]);
    }
  }

  @Test
  void greetingsAreReturned(@TempDir Path folder) throws Exception {
    Topics topics =
        new Topics(
            KAFKA.createTopic("heard", 1),
            KAFKA.createTopic("said", 1),
            KAFKA.createTopic("letters", 1));
    Map<String, String> kafka = Map.of("bootstrap.servers", KAFKA.bootstrapServers());
    ShardService<Greetings, Input, Event, Greet> service =
        new ShardService<>(
            KAFKA.topic("greeter"),
            new Machine(),
            List.of(topics.input()),
            topics,
            topics,
            StateCodec.json(new ObjectMapper(), Greetings.class, 1),
            new Worker());
    try (ShardRuntime<Greetings> _ = ShardRuntime.start(service, RuntimeConfig.of(kafka, folder));
        EventPublisher publisher = EventPublisher.open(kafka, Duration.ofSeconds(20));
        KafkaRecords said = KafkaRecords.of(KAFKA.bootstrapServers(), topics.said())) {
      for (int i = 0; i < 2; i++) {
        publisher.publishAndWait(Publication.of(topics.heard(), "c/1", Map.of(), new byte[0]));
      }
      var _ =
          said.awaitRecord(
              topics.said(),
              record -> KafkaRecords.text(record).equals(Optional.of("2")),
              Duration.ofSeconds(60));
      assertThat(said.readToEnd(topics.said())).hasSize(2);
    }
  }
}

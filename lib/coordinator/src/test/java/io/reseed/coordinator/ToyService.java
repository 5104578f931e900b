package io.reseed.coordinator;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.reseed.coordinator.ToyMachine.Event;
import io.reseed.coordinator.ToyMachine.Input;
import io.reseed.coordinator.ToyMachine.Toy;
import io.reseed.coordinator.ToyMachine.Work;
import io.reseed.fleet.FailureCode;
import io.reseed.kafka.DeadLetters;
import io.reseed.kafka.Decoded;
import io.reseed.kafka.InputTopic;
import io.reseed.kafka.Publication;
import io.reseed.kafka.RejectedRecord;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * The toy machine as a service. Its records are text, {@code shard command id}: {@code orders} are
 * written by outsiders, {@code notes} lie by shard already, {@code outcomes} are keyed by order.
 *
 * @param prefix of all topics and of the application id
 * @param stateCodec by which versions of the service differ
 */
record ToyService(String prefix, StateCodec<Toy> stateCodec) {

  ToyService(String prefix) {
    this(prefix, StateCodec.json(new ObjectMapper(), Toy.class, 1));
  }

  String orders() {
    return prefix + "orders";
  }

  String notes() {
    return prefix + "notes";
  }

  String outcomes() {
    return prefix + "outcomes";
  }

  String deadLetters() {
    return prefix + "dead-letters";
  }

  List<String> topics() {
    return List.of(orders(), notes(), outcomes(), deadLetters());
  }

  ShardService<Toy, Input, Event, Work> with(EffectRunner<Work, Input> effects) {
    return new ShardService<>(
        prefix + "toy",
        new ToyMachine(),
        List.of(
            InputTopic.fromOutsiders(orders(), ToyService::decode),
            InputTopic.partitionedByShard(notes(), ToyService::decode)),
        new ToyPublisher(),
        new ToyDeadLetters(),
        stateCodec,
        effects);
  }

  static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static Decoded<Input> decode(ConsumerRecord<byte[], byte[]> record) {
    byte[] value = record.value();
    if (value == null) {
      return new Decoded.Rejected<>(FailureCode.EMPTY_RECORD, "an order needs a value");
    }
    String[] words = new String(value, StandardCharsets.UTF_8).split(" ", 3);
    String id = words.length > 2 ? words[2] : "";
    return switch (words.length < 2 ? "" : words[1]) {
      case "order" -> new Decoded.Input<>(words[0], new Input.Order(id));
      case "forget" -> new Decoded.Input<>(words[0], new Input.Forget());
      case "break" -> new Decoded.Input<>(words[0], new Input.Break());
      case "break-late" -> new Decoded.Input<>(words[0], new Input.BreakLate());
      case "break-decoder" -> throw new IllegalStateException("decoder broken on purpose");
      case "elsewhere" -> new Decoded.Ignored<>();
      default -> new Decoded.Rejected<>(FailureCode.UNKNOWN_EVENT_TYPE, "word 2 must be a command");
    };
  }

  private final class ToyPublisher implements Publisher<Toy, Event> {
    @Override
    public Set<String> topics() {
      return Set.of(outcomes());
    }

    @Override
    public List<Publication> publications(String shard, Event event, Toy after) {
      return switch (event) {
        case Event.Ordered _ -> List.of();
        case Event.Ended(String id, String outcome) ->
            List.of(
                Publication.of(
                        outcomes(),
                        id,
                        Map.of("shard", text(shard)),
                        text(outcome + " as number " + after.done().size()))
                    .partitionedBy(shard));
        case Event.Forgotten() ->
            List.of(Publication.tombstone(outcomes(), shard, Map.of("shard", text(shard))));
        case Event.Unpublishable() ->
            List.of(Publication.of("no-topic-of-the-publisher", shard, Map.of(), new byte[0]));
      };
    }
  }

  private final class ToyDeadLetters implements DeadLetters {
    @Override
    public String topic() {
      return deadLetters();
    }

    @Override
    public Publication letter(RejectedRecord rejected) {
      ConsumerRecord<byte[], byte[]> record = rejected.record();
      String reason =
          "%s %s omitted=%d".formatted(rejected.cause(), rejected.code(), rejected.omittedBytes());
      String place = record.topic() + "@" + record.offset();
      byte[] value = record.value() == null ? new byte[0] : record.value();
      return Publication.of(deadLetters(), place, Map.of("reason", text(reason)), value);
    }
  }

  /** Effects that the test answers itself. */
  abstract static class Effects implements EffectRunner<Work, Input> {
    @Override
    public Duration timeLimit(Work effect) {
      return ToyMachine.PATIENCE;
    }

    @Override
    public Input failed(String shard, Work effect, EffectFailure failure) {
      return new Input.Answer(effect.id(), failure.cause().toString());
    }
  }
}

package io.reseed.coordinator;

import io.reseed.kafka.Decoded;
import io.reseed.kafka.InputTopic;
import io.reseed.kafka.Publication;
import io.reseed.kafka.ShardPartitioner;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.Repartitioned;
import org.apache.kafka.streams.processor.TimestampExtractor;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/** The topology: inputs, some of them by way of an internal topic, to machines, to one sink. */
final class ShardTopology {
  private static final Serde<byte[]> BYTES = Serdes.ByteArray();

  /** A record from before timestamps were written must not stop a thread. */
  private static final TimestampExtractor TIMESTAMP =
      (record, _) -> Math.max(0, record.timestamp());

  private ShardTopology() {}

  /** The internal topic in which the states of an application's shards are kept. */
  static String changelog(String applicationId) {
    return applicationId + "-" + ShardProcessor.STORE + "-changelog";
  }

  /** The topics from which machines are fed, with the input each stands for. */
  static <I> Map<String, InputTopic<I>> inputOfTopic(ShardService<?, I, ?, ?> service) {
    Map<String, InputTopic<I>> inputs = new HashMap<>();
    for (InputTopic<I> input : service.inputs()) {
      String fed =
          input.repartitioned()
              ? "%s-%s-repartition".formatted(service.applicationId(), byShard(input))
              : input.name();
      inputs.put(fed, input);
    }
    return inputs;
  }

  private static String byShard(InputTopic<?> input) {
    return input.name() + "-by-shard";
  }

  static <S, I, E, F> Topology build(ShardProcessor.Shared<S, I, E, F> shared) {
    StreamsBuilder builder = new StreamsBuilder();
    StoreBuilder<KeyValueStore<String, byte[]>> store =
        Stores.keyValueStoreBuilder(
                Stores.inMemoryKeyValueStore(ShardProcessor.STORE), Serdes.String(), BYTES)
            // the broker refuses what is from the future, and our clock never goes back
            .withLoggingEnabled(Map.of(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "LogAppendTime"));
    builder.addStateStore(store);
    shared.service().inputs().stream()
        .map(input -> source(builder, input, shared))
        .reduce((one, other) -> one.merge(other))
        .orElseThrow()
        .process(
            () -> new ShardProcessor<>(shared), Named.as("shard-machine"), ShardProcessor.STORE)
        .to(
            (_, publication, _) -> publication.topic(),
            Produced.with(Serdes.String(), publicationValue())
                .withStreamPartitioner(
                    (_, _, publication, partitions) ->
                        Optional.of(
                            Set.of(
                                ShardPartitioner.partition(
                                    publication.partitionKey(), partitions))))
                .withName("publish"));
    return builder.build();
  }

  private static <S, I, E, F> KStream<byte[], byte[]> source(
      StreamsBuilder builder, InputTopic<I> input, ShardProcessor.Shared<S, I, E, F> shared) {
    Consumed<byte[], byte[]> consumed =
        Consumed.with(BYTES, BYTES)
            .withTimestampExtractor(TIMESTAMP)
            .withName("read-" + input.name());
    KStream<byte[], byte[]> read = builder.stream(input.name(), consumed);
    if (!input.repartitioned()) {
      return read;
    }
    return read.process(() -> new Router<>(input, shared), Named.as("route-" + input.name()))
        .repartition(
            Repartitioned.<byte[], byte[]>as(byShard(input))
                .withKeySerde(BYTES)
                .withValueSerde(BYTES));
  }

  private static Serde<Publication> publicationValue() {
    Deserializer<Publication> never =
        (topic, _) -> {
          throw new UnsupportedOperationException("publications are only written, to " + topic);
        };
    return Serdes.serdeFrom((_, publication) -> publication.value(), never);
  }

  /**
   * Gives each record the key of its shard. What cannot be read travels on, too, under the empty
   * key: dead letters are made in one place, after the internal topic.
   */
  private static final class Router<I> extends ContextualProcessor<byte[], byte[], byte[], byte[]> {
    private final InputTopic<I> input;
    private final RecordIntake<I> intake;

    Router(InputTopic<I> input, ShardProcessor.Shared<?, I, ?, ?> shared) {
      this.input = input;
      this.intake =
          new RecordIntake<>(shared.service().deadLetters(), shared.limits(), shared.counters());
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
      RecordMetadata from = context().recordMetadata().orElseThrow();
      var whole = Provenance.consumerRecord(from.topic(), from.partition(), from.offset(), record);
      String shard =
          switch (intake.read(input, new Provenance.Original(whole, 0), Instant.EPOCH)) {
            case RecordIntake.Reading.Bad<I> _ -> "";
            case RecordIntake.Reading.Good<I>(Decoded.Input<I>(String named, I _)) -> named;
            case RecordIntake.Reading.Good<I> _ -> null;
          };
      if (shard != null) {
        Record<byte[], byte[]> routed = intake.routed(record, from.partition(), from.offset());
        context().forward(routed.withKey(Publication.utf8(shard)));
      }
    }
  }
}

package io.reseed.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reseed.coordinator.ToyMachine.Input;
import io.reseed.coordinator.ToyMachine.Toy;
import io.reseed.coordinator.ToyMachine.Work;
import io.reseed.testkit.KafkaExtension;
import io.reseed.testkit.KafkaRecords;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** No record, of whatever content, on whatever topic, ends a thread or holds a partition. */
@Tag("slow")
class AnyRecordTest {
  @RegisterExtension static final KafkaExtension KAFKA = KafkaExtension.shared();

  private static final int PARTITIONS = 2;
  private static final int RANDOM_RECORDS = 40;
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  @TempDir Path folder;

  private final ToyService toy = new ToyService(KAFKA.topic("any-"));
  private final Random random = new Random(7);

  /** Without a topic yet. */
  private static final class Content {
    private final byte @Nullable [] key;
    private final byte @Nullable [] value;
    private final List<Header> headers;

    private Content(byte @Nullable [] key, byte @Nullable [] value, Header... headers) {
      this.key = key;
      this.value = value;
      this.headers = List.of(headers);
    }
  }

  private static final class Worker extends ToyService.Effects {
    @Override
    public Input run(String shard, Work effect) {
      return new Input.Answer(effect.id(), "worked");
    }
  }

  private ShardRuntime<Toy> start(String instance) throws InterruptedException {
    Map<String, String> kafka = Map.of("bootstrap.servers", KAFKA.bootstrapServers());
    ShardRuntime<Toy> runtime =
        ShardRuntime.start(
            toy.with(new Worker()), RuntimeConfig.of(kafka, folder.resolve(instance)));
    await().atMost(TIMEOUT).until(runtime::isReady);
    return runtime;
  }

  @Test
  void everyRecordOnEveryTopicIsPassed() throws Exception {
    toy.topics().forEach(topic -> KAFKA.broker().createTopic(topic, PARTITIONS, Map.of()));
    String internal = toy.prefix() + "toy-" + toy.orders() + "-by-shard-repartition";
    String changelog = toy.prefix() + "toy-shards-changelog";
    List<Content> contents = contents();
    try (Producer<byte[], byte[]> producer = producer();
        KafkaRecords written =
            KafkaRecords.of(KAFKA.bootstrapServers(), toy.outcomes(), toy.deadLetters())) {
      try (ShardRuntime<Toy> runtime = start("one")) {
        assertThat(runtime.snapshot()).isEmpty();
        for (String topic : List.of(internal, toy.orders(), toy.notes(), changelog)) {
          sendAll(producer, topic, contents);
        }
        assertServes("before", producer, written);
        assertThat(written.readToEnd(toy.deadLetters()))
            .as("dead letters of what lay on the internal topic")
            .filteredOn(letter -> letter.key().startsWith(internal + "@"))
            .hasSize(contents.size() * PARTITIONS);
        assertThat(written.readToEnd(toy.deadLetters())).hasSize(contents.size() * PARTITIONS * 3);
        assertThat(runtime.metrics().threadsReplaced()).isZero();
        assertThat(runtime.metrics().bugs()).isZero();
      }
      // what lies in the changelog is read by the next one only
      try (ShardRuntime<Toy> runtime = start("two")) {
        assertServes("after", producer, written);
        assertThat(runtime.metrics().threadsReplaced()).isZero();
      }
    }
  }

  /** Good records on all partitions of all topics are worked on, after all that came before. */
  private void assertServes(String when, Producer<byte[], byte[]> producer, KafkaRecords written)
      throws Exception {
    for (String topic : List.of(toy.orders(), toy.notes())) {
      for (int partition = 0; partition < PARTITIONS; partition++) {
        String id = "%s-%s-%d".formatted(when, topic.equals(toy.notes()) ? "n" : "o", partition);
        byte[] order = ToyService.text("good/%d order %s".formatted(partition, id));
        producer.send(new ProducerRecord<>(topic, partition, null, order)).get();
        written.awaitRecord(toy.outcomes(), record -> record.key().equals(id), TIMEOUT);
      }
    }
  }

  private static Producer<byte[], byte[]> producer() {
    return new KafkaProducer<>(
        Map.of("bootstrap.servers", KAFKA.bootstrapServers()),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }

  private static void sendAll(
      Producer<byte[], byte[]> producer, String topic, List<Content> contents) throws Exception {
    List<Future<RecordMetadata>> sent = new ArrayList<>();
    boolean compacted = topic.endsWith("-changelog");
    for (Content content : contents) {
      byte[] key = content.key == null && compacted ? new byte[0] : content.key;
      for (int partition = 0; partition < PARTITIONS; partition++) {
        sent.add(
            producer.send(
                new ProducerRecord<>(topic, partition, null, key, content.value, content.headers)));
      }
    }
    for (Future<RecordMetadata> one : sent) {
      one.get();
    }
  }

  private List<Content> contents() {
    byte[] two = {1, 2};
    List<Content> contents = new ArrayList<>();
    contents.add(new Content(null, null));
    contents.add(new Content(null, two));
    contents.add(new Content(two, null));
    contents.add(new Content(new byte[0], new byte[0]));
    contents.add(new Content(new byte[] {(byte) 0xff, (byte) 0xfe}, new byte[] {(byte) 0xc3}));
    contents.add(new Content(ToyService.text("c\n/1"), ToyService.text("\u001b[2J \n\u202e")));
    contents.add(new Content(random(600_000), two));
    contents.add(new Content(two, random(900_000)));
    Header[] many = new Header[100_000];
    for (int i = 0; i < many.length; i++) {
      many[i] = new RecordHeader("", (byte[]) null);
    }
    contents.add(new Content(two, two, many));
    provenances().forEach(header -> contents.add(new Content(two, two, header)));
    for (int i = 0; i < RANDOM_RECORDS; i++) {
      contents.add(
          new Content(
              random(random.nextInt(50)),
              random(random.nextInt(300)),
              new RecordHeader(Provenance.HEADER, random(random.nextInt(60))),
              new RecordHeader("name" + i, random(random.nextInt(20)))));
    }
    return contents;
  }

  private static List<Header> provenances() {
    List<Header> forged = new ArrayList<>();
    forged.add(new RecordHeader(Provenance.HEADER, (byte[]) null));
    forged.add(new RecordHeader(Provenance.HEADER, new byte[0]));
    forged.add(new RecordHeader(Provenance.HEADER, new byte[2]));
    forged.add(provenance(-1, 0, 0, 0));
    forged.add(provenance(0, -1, 0, 0));
    forged.add(provenance(0, 0, Integer.MAX_VALUE, 0));
    forged.add(provenance(0, 0, -2, 0));
    forged.add(provenance(0, 0, 1, 0));
    forged.add(provenance(0, 0, -1, Integer.MIN_VALUE));
    return forged;
  }

  private static Header provenance(int partition, long offset, int keyBytes, int omitted) {
    return new RecordHeader(
        Provenance.HEADER,
        ByteBuffer.allocate(20)
            .putInt(partition)
            .putLong(offset)
            .putInt(keyBytes)
            .putInt(omitted)
            .array());
  }

  private byte[] random(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }
}

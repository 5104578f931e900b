package io.reseed.coordinator;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reseed.kafka.EventPublisher;
import io.reseed.kafka.Publication;
import io.reseed.kafka.ShardPartitioner;
import io.reseed.testkit.KafkaExtension;
import io.reseed.testkit.KafkaRecords;
import io.reseed.testkit.Launch;
import io.reseed.testkit.OsProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Two instances as processes of their own; one is killed with SIGKILL in the middle of work. */
@Tag("slow")
class TakeoverTest {
  @RegisterExtension static final KafkaExtension KAFKA = KafkaExtension.shared();

  private static final int PARTITIONS = 4;
  private static final Duration TIMEOUT = Duration.ofMinutes(2);
  private static final List<String> SHARDS =
      IntStream.range(0, 12).mapToObj(number -> "c/" + number).toList();
  private static final int ORDERS_PER_SHARD = 20;

  private final ToyService toy = new ToyService(KAFKA.prefix());

  @Test
  void aKilledInstancesShardsGoOnElsewhereWithEachOutcomePublishedOnce(@TempDir Path folder)
      throws Exception {
    toy.topics().forEach(topic -> KAFKA.broker().createTopic(topic, PARTITIONS, Map.of()));
    try (OsProcess doomed = start(folder, "doomed", true);
        OsProcess survivor = start(folder, "survivor", false);
        EventPublisher publisher =
            EventPublisher.open(
                Map.of("bootstrap.servers", KAFKA.bootstrapServers()), Duration.ofSeconds(20));
        KafkaRecords outcomes = KafkaRecords.of(KAFKA.bootstrapServers(), toy.outcomes())) {
      awaitBothDecide(folder, publisher);
      SHARDS.forEach(shard -> order(publisher, shard, "hold"));
      await().atMost(TIMEOUT).until(() -> !shardsOf(folder, "doomed", "hold").isEmpty());
      orderMany(publisher, 0, ORDERS_PER_SHARD / 2);
      doomed.kill();
      long killedAtNanos = System.nanoTime();
      orderMany(publisher, ORDERS_PER_SHARD / 2, ORDERS_PER_SHARD);
      Set<String> orphans = shardsOf(folder, "doomed", "hold");
      List<String> reissued = new ArrayList<>();
      for (String orphan : orphans) {
        outcomes.awaitRecord(
            toy.outcomes(), record -> record.key().equals(orphan + ":hold"), TIMEOUT);
        reissued.add(orphan);
      }
      System.out.printf(
          "takeover after SIGKILL: %d shards in %.1f s%n",
          orphans.size(), (System.nanoTime() - killedAtNanos) / 1e9);

      assertThat(shardsOf(folder, "survivor", "hold")).containsAll(reissued);
      assertEachOutcomeOnceAndInSequence(outcomes);
      assertThat(survivor.isAlive()).isTrue();
    }
  }

  private void assertEachOutcomeOnceAndInSequence(KafkaRecords outcomes) {
    int perShard = ORDERS_PER_SHARD + 1;
    outcomes.awaitRecords(
        toy.outcomes(),
        record -> !record.key().endsWith(":warm"),
        SHARDS.size() * perShard,
        TIMEOUT);
    List<ConsumerRecord<String, byte[]>> all = outcomes.readToEnd(toy.outcomes());
    assertThat(all).extracting(ConsumerRecord::key).doesNotHaveDuplicates();
    Map<String, List<ConsumerRecord<String, byte[]>>> ofShard =
        all.stream().collect(groupingBy(record -> record.key().split(":", 2)[0]));
    assertThat(ofShard).containsOnlyKeys(SHARDS);
    ofShard.forEach(
        (shard, records) -> {
          // The number in each outcome is counted in the state: a gap or a repetition would show
          // that the state which moved was not the one that was published from.
          List<String> expected =
              IntStream.rangeClosed(1, records.size())
                  .mapToObj(number -> "worked as number " + number)
                  .toList();
          assertThat(records)
              .extracting(record -> KafkaRecords.text(record).orElse(""))
              .containsExactlyElementsOf(expected);
          assertThat(records)
              .extracting(ConsumerRecord::partition)
              .containsOnly(ShardPartitioner.partition(shard, PARTITIONS));
        });
  }

  /** Orders until both instances were seen at work, each with some of the shards. */
  private void awaitBothDecide(Path folder, EventPublisher publisher) {
    SHARDS.forEach(shard -> order(publisher, shard, "warm"));
    await()
        .atMost(TIMEOUT)
        .until(
            () ->
                logOf(folder, "doomed").contains("to=RUNNING")
                    && logOf(folder, "survivor").contains("to=RUNNING")
                    && logOf(folder, "survivor").contains("shards taken"));
  }

  private void orderMany(EventPublisher publisher, int from, int until) {
    for (int number = from; number < until; number++) {
      String id = "n" + number;
      SHARDS.forEach(shard -> order(publisher, shard, id));
    }
  }

  /** Sends an order by a key that says nothing about the shard, as an outsider might. */
  private void order(EventPublisher publisher, String shard, String id) {
    byte[] value = ToyService.text(shard + " order " + shard + ":" + id);
    publisher.publish(Publication.of(toy.orders(), id + shard, Map.of(), value)).join();
  }

  private OsProcess start(Path folder, String name, boolean holds) {
    String classPath = System.getProperty("java.class.path");
    return OsProcess.start(
        new Launch(
            name,
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("surefire.test.class.path", classPath),
                ToyInstance.class.getName(),
                KAFKA.bootstrapServers(),
                KAFKA.prefix(),
                folder.resolve(name).toString(),
                Boolean.toString(holds)),
            logFile(folder, name)));
  }

  private static Path logFile(Path folder, String name) {
    return folder.resolve(name + ".log");
  }

  private static String logOf(Path folder, String name) {
    try {
      return Files.readString(logFile(folder, name), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The shards for which an instance said that it started the named effect. */
  private static Set<String> shardsOf(Path folder, String name, String id) {
    Pattern effect = Pattern.compile("effect (\\S+) \\1:" + id + "\\.");
    return effect
        .matcher(logOf(folder, name))
        .results()
        .map((MatchResult found) -> found.group(1))
        .collect(toCollection(TreeSet::new));
  }
}

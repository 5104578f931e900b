package io.reseed.cli.fleet;

import io.reseed.cli.connection.Kafka;
import io.reseed.cli.connection.TopicReader;
import io.reseed.events.Topic;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Set;

/** Reads a fleet's picture from the topics, again and again. Not for several threads at once. */
public final class FleetReader implements AutoCloseable {
  /** Signs of life come every second; older ones belong to work that stopped. */
  private static final Duration TAIL_AGE_MAX = Duration.ofMinutes(2);

  private final Kafka kafka;
  private final Set<Topic> snapshots;
  private final TopicReader reader;
  private final Fleet fleet = new Fleet();
  private boolean started;

  /**
   * Connects.
   *
   * @param snapshots topics that are read from their beginnings
   * @param tails topics of which only the last two minutes count
   */
  public FleetReader(Kafka kafka, Set<Topic> snapshots, Set<Topic> tails) {
    this.kafka = kafka;
    this.snapshots = snapshots;
    Set<Topic> topics = EnumSet.copyOf(snapshots);
    topics.addAll(tails);
    this.reader = kafka.within("connect", () -> new TopicReader(kafka, topics));
  }

  /** Reads what is there now. The same object each time, with what came since the last look. */
  public Fleet look() {
    return kafka.within("read the topics", this::advance);
  }

  private Fleet advance() {
    if (!started) {
      reader.start(snapshots, Instant.now().minus(TAIL_AGE_MAX));
      started = true;
    }
    reader.readToEnd(
        read -> fleet.add(read.topic(), read.decoded(), read.at()),
        Instant.now().plus(kafka.timeout()));
    return fleet;
  }

  @Override
  public void close() {
    reader.close();
  }
}

package io.reseed.coordinator;

import io.reseed.coordinator.clock.SteadyClock;
import io.reseed.kafka.ClientSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * How a service runs on this machine.
 *
 * @param kafka client properties: {@code bootstrap.servers}, and security where needed. {@code
 *     producer.}, {@code consumer.}, {@code main.consumer.}, {@code restore.consumer.} and {@code
 *     admin.} before a key give it to these clients alone. What the runtime needs to be right
 *     (isolation, serialisers, transaction settings) is refused here unless it has that value;
 *     group and client ids are left out.
 * @param stateDirectory local folder of this instance alone; two instances must never share one
 * @param threads stream threads; at most as many as there are partitions do anything
 * @param standbyReplicas copies of the state kept warm on other instances; 0 reads it from Kafka
 * @param replicationFactor of internal topics; −1 takes the broker's default
 * @param clock by which deadlines are judged
 */
public record RuntimeConfig(
    Map<String, String> kafka,
    Path stateDirectory,
    int threads,
    int standbyReplicas,
    int replicationFactor,
    Timing timing,
    Limits limits,
    SteadyClock clock) {

  public RuntimeConfig {
    kafka = Map.copyOf(kafka);
    if (!kafka.containsKey("bootstrap.servers")) {
      throw new IllegalArgumentException("kafka: bootstrap.servers is missing");
    }
    ClientSettings.requireOwnUntouched(kafka);
    if (threads < 1 || standbyReplicas < 0) {
      throw new IllegalArgumentException(
          "threads must be 1 or more and standbyReplicas 0 or more, not %d and %d"
              .formatted(threads, standbyReplicas));
    }
  }

  /** Of Kafka the address alone: the other settings may have a password. */
  @Override
  public String toString() {
    return "RuntimeConfig[kafka=%s, stateDirectory=%s, threads=%d, standbyReplicas=%d, %s, %s]"
        .formatted(
            kafka.get("bootstrap.servers"),
            stateDirectory,
            threads,
            standbyReplicas,
            timing,
            limits);
  }

  /** One thread, no standby, the broker's replication factor, default timing and limits. */
  public static RuntimeConfig of(Map<String, String> kafka, Path stateDirectory) {
    return new RuntimeConfig(
        kafka,
        stateDirectory,
        1,
        0,
        -1,
        Timing.defaults(),
        Limits.defaults(),
        SteadyClock.system());
  }

  public RuntimeConfig withTiming(Timing newTiming) {
    return new RuntimeConfig(
        kafka,
        stateDirectory,
        threads,
        standbyReplicas,
        replicationFactor,
        newTiming,
        limits,
        clock);
  }

  public RuntimeConfig withLimits(Limits newLimits) {
    return new RuntimeConfig(
        kafka,
        stateDirectory,
        threads,
        standbyReplicas,
        replicationFactor,
        timing,
        newLimits,
        clock);
  }

  RuntimeConfig withClock(SteadyClock newClock) {
    return new RuntimeConfig(
        kafka,
        stateDirectory,
        threads,
        standbyReplicas,
        replicationFactor,
        timing,
        limits,
        newClock);
  }

  /**
   * How long things take, and may take.
   *
   * @param session after this without a heartbeat the broker gives a dead instance's shards to
   *     others; the broker's {@code group.min.session.timeout.ms} (6 s) bounds it from below
   * @param heartbeat a third of it
   * @param commit how often work is committed, and so how late readers and effects see it
   * @param transaction after this the broker ends a dead instance's open transaction, up to which
   *     nobody can take its shards over; it must be well above {@code commit}
   * @param topicWait how long a start waits for topics to exist
   */
  public record Timing(
      Duration session,
      Duration heartbeat,
      Duration commit,
      Duration transaction,
      Duration topicWait) {

    public Timing {
      if (heartbeat.multipliedBy(2).compareTo(session) > 0) {
        throw new IllegalArgumentException(
            "heartbeat %s must be at most half of session %s".formatted(heartbeat, session));
      }
      if (commit.multipliedBy(10).compareTo(transaction) > 0) {
        throw new IllegalArgumentException(
            "transaction %s must be at least ten times commit %s".formatted(transaction, commit));
      }
    }

    public static Timing defaults() {
      return new Timing(
          Duration.ofSeconds(6),
          Duration.ofSeconds(2),
          Duration.ofMillis(100),
          Duration.ofSeconds(6),
          Duration.ofSeconds(60));
    }
  }

  /**
   * Bounds on what is held and handled.
   *
   * @param effectsRunningMax effects at work at one time in one {@link Lane}, over all shards of
   *     this instance; of those that only wait for somebody who is silent, a few times as many
   * @param effectsPendingMax from so many effects on that are at work, waiting for their turn, or
   *     done and waiting to be taken up, no timer fires until there are fewer; those that have a
   *     {@link EffectRunner#subject} do not count
   * @param recordBytesMax a record larger than this is not looked at
   * @param publicationBytesMax a publication or a stored state larger than this is a bug; below the
   *     smallest {@code max.message.bytes} of the topics written
   * @param threadReplacementsMax how many stream threads may die within 10 minutes before the
   *     runtime gives up, see {@link ShardRuntime.State#FAILED}
   */
  public record Limits(
      int effectsRunningMax,
      int effectsPendingMax,
      int recordBytesMax,
      int publicationBytesMax,
      int threadReplacementsMax) {

    public Limits {
      if (effectsRunningMax < 1 || effectsPendingMax < effectsRunningMax) {
        throw new IllegalArgumentException(
            "effectsPendingMax %d must be at least effectsRunningMax %d, and that at least 1"
                .formatted(effectsPendingMax, effectsRunningMax));
      }
    }

    public static Limits defaults() {
      return new Limits(64, 10_000, 900_000, 900 * 1024, 10);
    }
  }
}

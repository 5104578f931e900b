package io.reseed.coordinator;

import io.reseed.coordinator.clock.StreamsTime;
import io.reseed.coordinator.roster.RosterReads;
import io.reseed.kafka.BrokerRefusal;
import io.reseed.kafka.BrokerRefusedException;
import io.reseed.kafka.KafkaUse;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An instance of a service at work. Instances with the same application id share the shards by
 * partition; when one ends or dies the others take its shards over, with their state.
 *
 * <p>Thread-safe.
 */
public final class ShardRuntime<S> implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ShardRuntime.class);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(20);
  private static final Duration REFUSAL_PAUSE = Duration.ofSeconds(3);

  /** How an instance is doing. */
  public enum State {
    /** Joining the group or taking over shards; nothing is decided for those meanwhile. */
    REBALANCING,
    /** Deciding. */
    RUNNING,
    /** Closed, or closing. */
    CLOSED,
    /** Given up after too many failures: end the process, a new one starts afresh. */
    FAILED
  }

  private final KafkaStreams streams;
  private final TopicWatch topics;
  private final EffectDispatcher<?, ?> effects;
  private final RosterReads<?, ?> rosters;
  private final Counters counters;
  private final Map<String, S> shown;
  private final CompletableFuture<Throwable> failure = new CompletableFuture<>();
  private final CountDownLatch closing = new CountDownLatch(1);
  private volatile @Nullable String refusal;

  /** What is made of the death of a stream thread. */
  private record Deaths(ThreadDeaths counted, KafkaUse use) {}

  private ShardRuntime(
      KafkaStreams streams,
      ShardProcessor.Shared<S, ?, ?, ?> shared,
      TopicWatch topics,
      Deaths deaths) {
    this.streams = streams;
    this.topics = topics;
    this.effects = shared.effects();
    this.rosters = shared.rosters().reads();
    this.counters = shared.counters();
    this.shown = shared.shown();
    streams.setUncaughtExceptionHandler(thrown -> onThreadDeath(thrown, deaths));
    streams.setStateListener(
        (to, from) -> {
          LOG.info("runtime changed from={} to={}", from, to);
          if (to == KafkaStreams.State.RUNNING) {
            refusal = null;
          }
          if (to == KafkaStreams.State.ERROR) {
            failure.complete(new IllegalStateException("Kafka Streams stopped; see the log"));
          }
        });
  }

  /**
   * Starts an instance; it takes over its share of the shards in the background.
   *
   * <p>Waits up to {@link RuntimeConfig.Timing#topicWait} for the topics to exist.
   *
   * @throws IllegalStateException when topics are missing or their partition counts or sizes cannot
   *     work, or Kafka does not answer; the message says what to do
   * @throws BrokerRefusedException at once when settings, password, certificate or rights are
   *     wrong; what shows only later is the {@link #refusal}
   */
  public static <S, I, E, F> ShardRuntime<S> start(
      ShardService<S, I, E, F> service, RuntimeConfig config) throws InterruptedException {
    int partitions = TopicCheck.await(service, config);
    TopicWatch topics =
        TopicWatch.prepare(
            config.kafka(),
            new TopicWatch.Needs(
                service.inputTopics(),
                partitions,
                service.outputTopics(),
                config.limits().publicationBytesMax()));
    Counters counters = new Counters();
    CommitGate gate = new CommitGate();
    EffectDispatcher<I, F> effects =
        new EffectDispatcher<>(service.effects(), config.limits(), counters);
    ShardProcessor.Shared<S, I, E, F> shared =
        new ShardProcessor.Shared<>(
            service,
            config.limits(),
            ShardTopology.inputOfTopic(service),
            new ConcurrentHashMap<>(),
            effects,
            gate,
            counters,
            config.clock(),
            new ShardProcessor.Rosters<>(
                new RosterReads<>(config.kafka(), service.rosters()), partitions),
            topics::bytesMax);
    Properties settings = new Properties();
    settings.putAll(StreamsSettings.of(service.applicationId(), config));
    KafkaUse use = use(service, config);
    try {
      KafkaStreams streams =
          BrokerRefusal.opening(
              use,
              () ->
                  new KafkaStreams(
                      ShardTopology.build(shared),
                      settings,
                      gate,
                      new StreamsTime(config.clock())));
      Deaths deaths = new Deaths(new ThreadDeaths(config.limits().threadReplacementsMax()), use);
      ShardRuntime<S> runtime = new ShardRuntime<>(streams, shared, topics, deaths);
      streams.start();
      topics.start(runtime::share);
      return runtime;
    } catch (RuntimeException e) {
      topics.close();
      effects.close();
      shared.rosters().reads().close();
      throw e;
    }
  }

  private static KafkaUse use(ShardService<?, ?, ?, ?> service, RuntimeConfig config) {
    Set<String> topics = new TreeSet<>(service.inputTopics());
    topics.addAll(service.outputTopics());
    return KafkaUse.readingAndWriting(config.kafka(), topics);
  }

  private StreamThreadExceptionResponse onThreadDeath(Throwable thrown, Deaths deaths) {
    Optional<StateTooNewException> tooNew = StateTooNewException.in(thrown);
    if (tooNew.isPresent()) {
      LOG.error("a stored state is too new, giving up", tooNew.get());
      failure.complete(tooNew.get());
      return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    }
    Optional<BrokerRefusal> refused = BrokerRefusal.of(thrown, deaths.use());
    if (refused.isPresent()) {
      return onRefusal(refused.get());
    }
    if (deaths.counted().mayReplace(System.nanoTime())) {
      counters.threadsReplaced.increment();
      LOG.error("stream thread died, replaced", thrown);
      return StreamThreadExceptionResponse.REPLACE_THREAD;
    }
    LOG.error("stream threads die again and again, giving up", thrown);
    failure.complete(thrown);
    return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
  }

  /** Passwords and rights change while services run: the next thread may be let in. */
  private StreamThreadExceptionResponse onRefusal(BrokerRefusal refused) {
    LOG.error("the broker refuses the runtime, which tries again reason={}", refused.text());
    refusal = refused.text();
    try {
      return closing.await(REFUSAL_PAUSE.toMillis(), TimeUnit.MILLISECONDS)
          ? StreamThreadExceptionResponse.SHUTDOWN_CLIENT
          : StreamThreadExceptionResponse.REPLACE_THREAD;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return StreamThreadExceptionResponse.REPLACE_THREAD;
    }
  }

  /** While a shard's records may lie where its machine is not, nothing is decided. */
  private void share(boolean isShared) {
    if (isShared) {
      streams.resume();
    } else {
      streams.pause();
    }
  }

  boolean isPaused() {
    return streams.isPaused();
  }

  /** How the instance is doing. */
  public State state() {
    if (failure.isDone()) {
      return State.FAILED;
    }
    return switch (streams.state()) {
      case CREATED, REBALANCING -> State.REBALANCING;
      case RUNNING -> State.RUNNING;
      case PENDING_SHUTDOWN, NOT_RUNNING -> State.CLOSED;
      case PENDING_ERROR, ERROR -> State.FAILED;
    };
  }

  /** Whether the instance has taken its share of the shards and decides for them. */
  public boolean isReady() {
    return refusal().isEmpty() && state() == State.RUNNING;
  }

  /**
   * What the broker refuses to this instance since it started, or what is wrong with its topics, if
   * so; it goes on by itself once that is mended, and is not ready meanwhile.
   */
  public Optional<String> refusal() {
    return Optional.ofNullable(refusal).or(topics::trouble);
  }

  /** Whether topics have other partitions, or take less, than when the instance began. */
  public boolean areTopicsUnfit() {
    return topics.trouble().isPresent();
  }

  /** Completes when the instance has {@link State#FAILED}, with why: then end the process. */
  public CompletionStage<Throwable> failure() {
    return failure.minimalCompletionStage();
  }

  /**
   * The states of the shards that this instance holds, by shard: a copy for people and health
   * checks. It may be up to one uncommitted transaction ahead, so decide nothing by it.
   */
  public Map<String, S> snapshot() {
    return Map.copyOf(shown);
  }

  /** What was counted since the start. */
  public RuntimeMetrics metrics() {
    return counters.read(effects.pending(), shown.size());
  }

  /** {@link #close(Duration)} with 20 s. */
  @Override
  public void close() {
    close(CLOSE_TIMEOUT);
  }

  /**
   * Commits, interrupts the effects at work, and leaves the group at once, so that others take the
   * shards over within a second instead of the session timeout. Closing again does nothing.
   *
   * @return whether all was over in time; when not, what was uncommitted is done again elsewhere
   */
  public boolean close(Duration timeout) {
    closing.countDown();
    boolean closed =
        streams.close(
            CloseOptions.groupMembershipOperation(GroupMembershipOperation.LEAVE_GROUP)
                .withTimeout(timeout));
    effects.close();
    rosters.close();
    topics.close();
    if (!closed) {
      LOG.warn("runtime not closed in time timeoutMillis={}", timeout.toMillis());
    }
    return closed;
  }
}

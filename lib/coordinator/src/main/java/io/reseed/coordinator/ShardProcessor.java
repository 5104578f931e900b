package io.reseed.coordinator;

import io.reseed.coordinator.clock.SteadyClock;
import io.reseed.coordinator.roster.RosterReads;
import io.reseed.fleet.FailureCode;
import io.reseed.kafka.Decoded;
import io.reseed.kafka.InputTopic;
import io.reseed.kafka.Publication;
import io.reseed.kafka.RejectedRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToIntFunction;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Feeds the machines of one task's shards: records, results of effects, timers, resumptions. */
final class ShardProcessor<S, I, E, F> implements Processor<byte[], byte[], String, Publication> {
  static final String STORE = "shards";

  /** Of a batch of one record, by Kafka's format. */
  private static final int RECORD_OVERHEAD_BYTES = 200;

  private static final Logger LOG = LoggerFactory.getLogger(ShardProcessor.class);

  /**
   * What the processors of all tasks of an instance share.
   *
   * @param bytesMax what a topic takes of one record, as far as that is known
   */
  record Shared<S, I, E, F>(
      ShardService<S, I, E, F> service,
      RuntimeConfig.Limits limits,
      Map<String, InputTopic<I>> inputOfTopic,
      Map<String, S> shown,
      EffectDispatcher<I, F> effects,
      CommitGate gate,
      Counters counters,
      SteadyClock clock,
      Rosters<S, I> rosters,
      ToIntFunction<String> bytesMax) {}

  /** The rosters, and how many partitions the inputs have. */
  record Rosters<S, I>(RosterReads<S, I> reads, int partitions) {}

  private final Shared<S, I, E, F> shared;
  private final ShardMachine<S, I, E, F> machine;
  private final Counters counters;
  private final RecordIntake<I> intake;
  private final Set<String> publishedTopics;
  private @Nullable Tenure<S, I> tenure;

  /** One stretch of time during which this instance holds the task's shards. */
  private static final class Tenure<S, I> {
    private final ProcessorContext<String, Publication> context;
    private final ShardStates<S> states;
    private final Mailbox<I> mailbox = new Mailbox<>();
    private final WakeUp wakeUp;
    private final Reconciliation<S, I> reconciliation;
    private int effectsUncommitted;
    private long resumedAfterLeaps = -1;

    Tenure(
        ProcessorContext<String, Publication> context,
        ShardStates<S> states,
        Reconciliation<S, I> reconciliation,
        Runnable awake) {
      this.context = context;
      this.states = states;
      this.reconciliation = reconciliation;
      this.wakeUp = new WakeUp(context, awake);
    }

    Instant now() {
      return Instant.ofEpochMilli(context.currentSystemTimeMs());
    }

    /**
     * For the next timer, and for what effects answer.
     *
     * @param crowded timers that are due wait, and are looked at again after a while
     */
    void planWakeUp(boolean crowded) {
      Instant alarm = states.nextAlarm();
      Instant later = now().plus(ShardStates.REFIRE);
      wakeUp.plan(
          crowded && alarm.isBefore(later) ? later : alarm,
          effectsUncommitted > 0 || mailbox.isExpecting() || reconciliation.isUnderWay());
    }
  }

  ShardProcessor(Shared<S, I, E, F> shared) {
    this.shared = shared;
    this.machine = shared.service().machine();
    this.counters = shared.counters();
    this.intake = new RecordIntake<>(shared.service().deadLetters(), shared.limits(), counters);
    this.publishedTopics = shared.service().publisher().topics();
  }

  @Override
  public void init(ProcessorContext<String, Publication> context) {
    ShardStates<S> states =
        new ShardStates<>(
            context.getStateStore(STORE),
            shared.service(),
            shared.limits().publicationBytesMax(),
            shared.shown());
    states.refuseTooNew();
    Rosters<S, I> rosters = shared.rosters();
    Reconciliation.Part part =
        new Reconciliation.Part(context.taskId().partition(), rosters.partitions());
    Tenure<S, I> begun =
        new Tenure<>(context, states, new Reconciliation<>(rosters.reads(), part), this::awake);
    begun.wakeUp.plan(Instant.EPOCH, false);
    tenure = begun;
    LOG.info("shards taken task={}", context.taskId());
  }

  @Override
  public void close() {
    Tenure<S, I> ending = tenure;
    if (ending != null) {
      shared.effects().abandon(ending.mailbox);
      ending.states.hide();
      tenure = null;
      LOG.info("shards given up task={}", ending.context.taskId());
    }
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    Tenure<S, I> current = resumedTenure();
    RecordMetadata from = current.context.recordMetadata().orElseThrow();
    InputTopic<I> input = shared.inputOfTopic().get(from.topic());
    if (input == null) {
      throw new IllegalStateException("read from unknown topic " + from.topic());
    }
    ConsumerRecord<byte[], byte[]> here =
        Provenance.consumerRecord(from.topic(), from.partition(), from.offset(), record);
    Optional<Provenance.Original> original =
        input.repartitioned()
            ? Provenance.original(input.name(), record)
            : Optional.of(new Provenance.Original(here, 0));
    if (original.isPresent()) {
      take(current, input, original.get());
    } else {
      bury(current, RecordIntake.foreign(here, current.now()));
    }
    current.planWakeUp(shared.effects().isCrowded());
  }

  private void take(Tenure<S, I> current, InputTopic<I> input, Provenance.Original original) {
    switch (intake.read(input, original, current.now())) {
      case RecordIntake.Reading.Bad<I>(RejectedRecord rejected) -> bury(current, rejected);
      case RecordIntake.Reading.Good<I>(Decoded.Input<I>(String shard, I told)) -> {
        if (current.reconciliation.hears(input, original.record(), shard)) {
          deliver(current, shard, told, original.record());
        } else {
          counters.outdated.increment();
        }
      }
      case RecordIntake.Reading.Good<I> _ -> {}
    }
  }

  private void awake() {
    Tenure<S, I> current = resumedTenure();
    for (Mailbox.Letter<I> letter : shared.effects().collect(current.mailbox)) {
      deliver(current, letter.shard(), letter.input(), null);
    }
    reconcile(current);
    if (!shared.effects().isCrowded()) {
      for (String shard : current.states.takeDue(current.now())) {
        deliver(current, shard, machine.timerFired(), null);
      }
    }
    current.planWakeUp(shared.effects().isCrowded());
  }

  private void reconcile(Tenure<S, I> current) {
    if (current.reconciliation.isUnderWay()) {
      current
          .reconciliation
          .next(current.states.shards(), current.states::get)
          .forEach(
              missed -> {
                LOG.warn(
                    "state was behind its topic shard={} missed={}",
                    missed.shard(),
                    missed.input().getClass().getSimpleName());
                deliver(current, missed.shard(), missed.input(), null);
              });
    }
  }

  /**
   * The current tenure, after each restored shard got its first input; it gets it again after the
   * clock leapt, when nobody knows what passed meanwhile.
   */
  private Tenure<S, I> resumedTenure() {
    Tenure<S, I> current = tenure;
    if (current == null) {
      throw new IllegalStateException("called outside init and close");
    }
    if (current.resumedAfterLeaps != shared.clock().leaps()) {
      current.resumedAfterLeaps = shared.clock().leaps();
      current.states.shards().forEach(shard -> resume(current, shard));
    }
    return current;
  }

  private void resume(Tenure<S, I> current, String shard) {
    try {
      current.states.restored(shard, current.states.get(shard));
    } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError e) {
      counters.bugs.increment();
      LOG.error("stored state unreadable, shard stands still shard={}", shard, e);
      return;
    }
    deliver(current, shard, machine.resumed(), null);
  }

  /** All that follows from an input, worked out before any of it happens. */
  private record Outcome<S, F>(
      int events,
      ShardStates.@Nullable Change<S> change,
      List<Publication> publications,
      List<F> effects) {}

  /**
   * @param record that the input was read from, or null when it came from inside
   */
  private void deliver(
      Tenure<S, I> current,
      String shard,
      I input,
      @Nullable ConsumerRecord<byte[], byte[]> record) {
    counters.inputs.increment();
    Outcome<S, F> outcome;
    try {
      outcome = work(current, shard, input);
    } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError e) {
      counters.bugs.increment();
      String kind = input.getClass().getSimpleName();
      counters
          .lines
          .leftOutBefore("machine " + kind)
          .ifPresent(
              leftOut ->
                  LOG.error(
                      "machine threw, input given up shard={} input={} leftOut={}",
                      shard,
                      kind,
                      leftOut,
                      e));
      if (record != null) {
        bury(current, RecordIntake.bug(record, e, current.now()));
      }
      return;
    }
    if (outcome.change() != null) {
      current.states.put(outcome.change());
      if (outcome.change().isForgotten()) {
        shared.gate().afterCommit(() -> shared.effects().forget(current.mailbox, shard));
      }
    }
    outcome.publications().forEach(publication -> send(current, publication));
    counters.events.add(outcome.events());
    counters.publications.add(outcome.publications().size());
    if (!outcome.effects().isEmpty()) {
      current.effectsUncommitted++;
      current.wakeUp.expectSoon();
      shared.gate().afterCommit(() -> start(current, shard, outcome.effects()));
    }
  }

  private void start(Tenure<S, I> current, String shard, List<F> effects) {
    current.effectsUncommitted--;
    current.wakeUp.expectSoon();
    effects.forEach(effect -> shared.effects().start(current.mailbox, shard, effect));
  }

  private Outcome<S, F> work(Tenure<S, I> current, String shard, I input) {
    S state = current.states.get(shard);
    Decision<E, F> decision = machine.decide(state, input, current.now());
    List<Publication> publications = new ArrayList<>();
    for (E event : decision.events()) {
      state = machine.apply(state, event);
      publications.addAll(shared.service().publisher().publications(shard, event, state));
    }
    publications.forEach(this::check);
    int events = decision.events().size();
    ShardStates.Change<S> change = events == 0 ? null : current.states.change(shard, state);
    return new Outcome<>(events, change, publications, decision.effects());
  }

  private void check(Publication publication) {
    if (!publishedTopics.contains(publication.topic())) {
      throw new IllegalStateException(publication + " is for a topic the publisher does not name");
    }
    if (publication.sizeBytes() > shared.limits().publicationBytesMax()) {
      throw new IllegalStateException(
          "%s is larger than the %d bytes a publication may be"
              .formatted(publication, shared.limits().publicationBytesMax()));
    }
  }

  private void bury(Tenure<S, I> current, RejectedRecord rejected) {
    Publication letter = intake.letter(rejected);
    if (letter != null) {
      send(current, letter);
    }
  }

  /** One that its topic does not take would end the transaction, with all shards' work in it. */
  private boolean isTaken(Publication publication) {
    int bytesMax = shared.bytesMax().applyAsInt(publication.topic());
    if (publication.sizeBytes() + RECORD_OVERHEAD_BYTES <= bytesMax) {
      return true;
    }
    counters
        .lines
        .leftOutBefore("narrow " + publication.topic())
        .ifPresent(
            leftOut ->
                LOG.error(
                    "record left out, its topic takes {} bytes record={} bytes={} code={}"
                        + " leftOut={} hint=raise max.message.bytes of the topic",
                    bytesMax,
                    publication,
                    publication.sizeBytes(),
                    FailureCode.TOPIC_UNFIT,
                    leftOut));
    return false;
  }

  private void send(Tenure<S, I> current, Publication publication) {
    if (!isTaken(publication)) {
      return;
    }
    // by the broker's rules a record must not be from the future, and that is by people's clocks
    long now = shared.clock().shown(current.now()).toEpochMilli();
    current.context.forward(
        new Record<>(publication.key(), publication, now, publication.recordHeaders()));
  }
}

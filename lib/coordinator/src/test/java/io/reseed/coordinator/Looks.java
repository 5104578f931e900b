package io.reseed.coordinator;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Looks at shards, each of which ends when the test says so: time is what the test makes it. */
final class Looks implements EffectRunner<Looks.Look, String> {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /** A look; its answer is its ticket. */
  record Look(String shard, int ticket, Lane lane) {}

  /** A look that runs. */
  record Running(Look look, CountDownLatch ending) {
    void end() {
      ending.countDown();
    }
  }

  final Counters counters = new Counters();
  final Set<Look> interrupted = ConcurrentHashMap.newKeySet();
  final Mailbox<String> mailbox = new Mailbox<>();
  private final BlockingQueue<Running> begun = new LinkedBlockingQueue<>();
  private final EffectDispatcher<String, Look> dispatcher;

  Looks(int places) {
    dispatcher =
        new EffectDispatcher<>(
            this, new RuntimeConfig.Limits(places, 10_000, 1000, 1000, 1), counters);
  }

  EffectDispatcher<String, Look> dispatcher() {
    return dispatcher;
  }

  void ask(Look look) {
    dispatcher.start(mailbox, look.shard(), look);
  }

  /** The next look that begins. */
  Running next() throws InterruptedException {
    return Optional.ofNullable(begun.poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS))
        .orElseThrow(() -> new AssertionError("no look began"));
  }

  boolean noneBegan() {
    return begun.isEmpty();
  }

  /** What came back. */
  List<Mailbox.Letter<String>> answers() {
    return dispatcher.collect(mailbox);
  }

  @Override
  public String run(String shard, Look look) throws InterruptedException {
    CountDownLatch end = new CountDownLatch(1);
    begun.add(new Running(look, end));
    try {
      end.await();
    } catch (InterruptedException e) {
      interrupted.add(look);
      throw e;
    }
    return String.valueOf(look.ticket());
  }

  @Override
  public Duration timeLimit(Look look) {
    return Duration.ofMinutes(5);
  }

  @Override
  public String failed(String shard, Look look, EffectFailure failure) {
    return failure.message();
  }

  @Override
  public Lane lane(Look look) {
    return look.lane();
  }

  @Override
  public Optional<String> subject(Look look) {
    return Optional.of("look");
  }

  @Override
  public boolean serves(Look running, Look asked) {
    return running.ticket() == asked.ticket();
  }
}

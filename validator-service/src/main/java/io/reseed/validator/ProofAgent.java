package io.reseed.validator;

import io.reseed.events.Event;
import io.reseed.events.SeedingAssigned;
import io.reseed.events.SeedingAssigned.Goal;
import io.reseed.events.SeedingFailed;
import io.reseed.events.SeedingStage;
import io.reseed.shardruntime.EventPublisher;
import io.reseed.shardruntime.events.EventTopics;
import io.reseed.validator.ProofJob.Attempt;
import io.reseed.validator.ProofJob.Committed;
import io.reseed.validator.ProofJob.Failed;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Snapshots the caught-up servers of one backup host, as {@code seeding-assigned} asks. It stops
 * servers and reads their files, and removes none: that is the restore-service's, which may also
 * take a server away at any moment. A wish that ends, or is not known for sure, ends its snapshot
 * before the commit.
 */
final class ProofAgent implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ProofAgent.class);
  private static final Duration TICK = Duration.ofSeconds(1);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);

  private final ProofHost host;
  private final SnapshotStep.Means means;
  private final Voice voice;
  private final Semaphore turns;
  private final Map<Attempt, Running> running = new HashMap<>();
  private final Thread loop = Thread.ofVirtual().name("snapshot-agent").unstarted(this::follow);
  private volatile boolean complete;

  /** How it hears and speaks. */
  record Voice(
      Followed<SeedingAssigned> assignments, EventTopics topics, EventPublisher publisher) {}

  /** One snapshot under way, or over and announced. */
  private static final class Running {
    private final ProofControl control;
    private final Thread thread;
    private long bytesBefore;

    Running(ProofControl control, Thread thread) {
      this.control = control;
      this.thread = thread;
    }
  }

  private ProofAgent(ProofHost host, SnapshotStep.Means means, Voice voice) {
    this.host = host;
    this.means = means;
    this.voice = voice;
    this.turns = new Semaphore(host.bounds().snapshotsMax(), true);
  }

  /** Begins to follow; uses all that it is given without closing it. */
  static ProofAgent start(ProofHost host, SnapshotStep.Means means, Voice voice) {
    ProofAgent agent = new ProofAgent(host, means, voice);
    agent.loop.start();
    return agent;
  }

  /** Whether it knows what is asked of it. */
  boolean isReady() {
    return complete;
  }

  private void follow() {
    while (!Thread.currentThread().isInterrupted()) {
      try {
        look();
        signs();
        Thread.sleep(TICK);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (RuntimeException e) {
        LOG.error("snapshot agent met an error, goes on host={}", host.name(), e);
        pauseAfterError();
      }
    }
  }

  private static void pauseAfterError() {
    try {
      Thread.sleep(TICK);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void look() {
    Optional<Map<String, SeedingAssigned>> picture = voice.assignments().picture();
    complete = picture.isPresent();
    if (picture.isEmpty()) {
      running.values().forEach(ProofAgent::cancel);
      running.values().removeIf(job -> !job.thread.isAlive());
      return;
    }
    Map<Attempt, SeedingAssigned> wanted = new HashMap<>();
    for (SeedingAssigned wish : picture.get().values()) {
      if (wish.goal() == Goal.SNAPSHOT && wish.host().equals(host.name())) {
        wanted.put(new Attempt(wish.seeding(), wish.attempt()), wish);
      }
    }
    end(wanted);
    wanted.forEach(this::pursue);
  }

  /** The job file goes last, once nobody writes it any longer. */
  private void end(Map<Attempt, SeedingAssigned> wanted) {
    running.forEach(
        (id, job) -> {
          if (!wanted.containsKey(id)) {
            cancel(job);
          }
        });
    running
        .entrySet()
        .removeIf(
            entry -> !wanted.containsKey(entry.getKey()) && !entry.getValue().thread.isAlive());
    HashSet<Attempt> kept = new HashSet<>(wanted.keySet());
    kept.addAll(running.keySet());
    means.jobs().retain(kept);
  }

  private static void cancel(Running job) {
    job.control.cancel();
    job.thread.interrupt();
  }

  private void pursue(Attempt id, SeedingAssigned wish) {
    Running known = running.get(id);
    if (known == null || (!known.thread.isAlive() && !known.control.isAnnounced())) {
      ProofControl control = new ProofControl(wish);
      Thread thread = Thread.ofVirtual().name("snapshot-" + id).unstarted(() -> work(id, control));
      running.put(id, new Running(control, thread));
      LOG.info(
          "snapshot taken up shard={} seeding={} attempt={} host={}",
          wish.shard(),
          wish.seeding(),
          wish.attempt(),
          host.name());
      thread.start();
    } else {
      known.control.reassign(wish);
    }
  }

  private void work(Attempt id, ProofControl control) {
    try {
      control.note("waits for its turn");
      turns.acquire();
      ProofJob done;
      try {
        control.note(null);
        done = new SnapshotStep(host, means, control).run(id);
      } finally {
        turns.release();
      }
      announce(done, control);
    } catch (InterruptedException e) {
      LOG.info("snapshot cancelled seeding={} attempt={}", id.seeding(), id.attempt());
    } catch (RuntimeException e) {
      // the job file cannot be read or written: taken up again at the next look
      LOG.error("snapshot stopped seeding={} attempt={}", id.seeding(), id.attempt(), e);
    }
  }

  /** Repeated until Kafka has it: the coordinator waits for it. */
  private void announce(ProofJob done, ProofControl control) throws InterruptedException {
    Event event =
        switch (done.state()) {
          case Committed committed -> committed.announcement();
          case Failed failed -> failed(control.assignment(), failed);
          case ProofJob.Open open -> throw new IllegalStateException("not over: " + open);
        };
    while (true) {
      try {
        voice
            .publisher()
            .publishAndWait(voice.topics().publication(event, means.clock().instant()));
        control.announced();
        return;
      } catch (KafkaException e) {
        LOG.warn("snapshot not announced yet seeding={}", done.id().seeding(), e);
        Thread.sleep(host.bounds().retryInterval());
      }
    }
  }

  private static SeedingFailed failed(SeedingAssigned wish, Failed failed) {
    return new SeedingFailed(
        wish.shard(),
        wish.seeding(),
        wish.attempt(),
        wish.purpose(),
        wish.host(),
        SeedingStage.SNAPSHOT,
        failed.failure(),
        null);
  }

  private void signs() throws InterruptedException {
    for (Running job : running.values()) {
      long bytes = job.control.bytesDone();
      long rate = Math.max(0, bytes - job.bytesBefore) * 1_000 / TICK.toMillis();
      job.bytesBefore = bytes;
      Optional<? extends Event> sign =
          job.thread.isAlive() ? job.control.sign(rate) : Optional.empty();
      if (sign.isPresent()) {
        say(sign.get());
      }
    }
  }

  private void say(Event sign) throws InterruptedException {
    try {
      voice.publisher().publishAndWait(voice.topics().publication(sign, means.clock().instant()));
    } catch (KafkaException e) {
      LOG.warn("sign of life not published host={}", host.name(), e);
    }
  }

  /** Ends snapshots before their commit, within a bounded time; the next start goes on. */
  @Override
  public void close() {
    loop.interrupt();
    join(loop);
    running.values().forEach(ProofAgent::cancel);
    running.values().forEach(job -> join(job.thread));
  }

  private static void join(Thread thread) {
    try {
      if (!thread.join(CLOSE_TIMEOUT)) {
        LOG.warn("thread did not end in time thread={}", thread.getName());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

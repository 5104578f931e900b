package io.reseed.validator.proof;

import io.reseed.events.Event;
import io.reseed.events.SeedingAssigned;
import io.reseed.kafka.EventPublisher;
import io.reseed.kafka.EventTopics;
import io.reseed.kafka.FollowedTopic;
import io.reseed.validator.proof.ProofJob.Attempt;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks and snapshots the caught-up servers of one backup host and reads their backups back, as
 * {@code seeding-assigned} asks, one goal after the other. It stops these servers and reads their
 * files, and removes none: that is the restore-service's, which may also take a server away at any
 * moment. What it makes itself, to read a backup back, it removes. A wish that ends, or is not
 * known for sure, ends its work before the next step.
 */
public final class ProofAgent implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ProofAgent.class);
  private static final Duration TICK = Duration.ofSeconds(1);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);

  private final ProofHost host;
  private final ProofWork.Means means;
  private final Voice voice;
  private final ReadBackFolders readBacks;
  private final Semaphore turns;
  private final Map<Attempt, Running> running = new HashMap<>();
  private final Thread loop = Thread.ofVirtual().name("proof-agent").unstarted(this::follow);
  private @Nullable Thread tidier;
  private volatile boolean complete;

  /** How it hears and speaks. */
  public record Voice(
      FollowedTopic<SeedingAssigned> assignments, EventTopics topics, EventPublisher publisher) {}

  /** The work towards one goal, under way, or over and announced. */
  private static final class Running {
    private final ProofControl control;
    private final Thread thread;
    private long bytesBefore;

    Running(ProofControl control, Thread thread) {
      this.control = control;
      this.thread = thread;
    }

    boolean isOver(ProofGoal goal) {
      return control.goal() == goal && control.isAnnounced();
    }
  }

  private ProofAgent(ProofHost host, ProofWork.Means means, Voice voice) {
    this.host = host;
    this.means = means;
    this.voice = voice;
    this.readBacks = new ReadBackFolders(host.directory(), means.mysql());
    this.turns = new Semaphore(host.bounds().snapshotsMax(), true);
  }

  /** Begins to follow; uses all that it is given without closing it. */
  public static ProofAgent start(ProofHost host, ProofWork.Means means, Voice voice) {
    ProofAgent agent = new ProofAgent(host, means, voice);
    agent.loop.start();
    return agent;
  }

  /** Whether it knows what is asked of it. */
  public boolean isReady() {
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
        LOG.error("proof agent met an error, goes on host={}", host.name(), e);
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
    Optional<Map<String, SeedingAssigned>> picture = voice.assignments().snapshot();
    complete = picture.isPresent();
    if (picture.isEmpty()) {
      running.values().forEach(ProofAgent::cancel);
      running.values().removeIf(job -> !job.thread.isAlive());
      return;
    }
    Map<Attempt, SeedingAssigned> wanted = new HashMap<>();
    for (SeedingAssigned wish : picture.get().values()) {
      if (ProofGoal.of(wish.goal()).isPresent() && wish.host().equals(host.name())) {
        wanted.put(new Attempt(wish.seeding(), wish.attempt()), wish);
      }
    }
    end(wanted);
    wanted.forEach(this::pursue);
    tidy(wanted);
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
    means.jobs().retain(keptBeside(wanted.keySet()));
  }

  private Set<Attempt> keptBeside(Set<Attempt> wanted) {
    Set<Attempt> kept = new HashSet<>(wanted);
    kept.addAll(running.keySet());
    return kept;
  }

  /** Removes what nobody wants of read-backs; beside the loop, as a removal takes its time. */
  private void tidy(Map<Attempt, SeedingAssigned> wanted) {
    if (tidier != null && tidier.isAlive()) {
      return;
    }
    Set<Attempt> kept = new HashSet<>();
    running.forEach(
        (id, job) -> {
          boolean over = job.isOver(ProofGoal.READ_BACK);
          if (job.thread.isAlive() || (wanted.containsKey(id) && !over)) {
            kept.add(id);
          }
        });
    List<Path> leftovers = readBacks.leftovers(kept);
    if (!leftovers.isEmpty()) {
      tidier =
          Thread.ofVirtual().name("proof-tidier").start(() -> leftovers.forEach(readBacks::remove));
    }
  }

  private static void cancel(Running job) {
    job.control.cancel();
    job.thread.interrupt();
  }

  /** One goal at a time: what is under way ends before the next begins. */
  private void pursue(Attempt id, SeedingAssigned wish) {
    ProofGoal goal = ProofGoal.of(wish.goal()).orElseThrow();
    Running known = running.get(id);
    if (known != null && (known.thread.isAlive() || known.isOver(goal))) {
      known.control.reassign(wish);
      return;
    }
    ProofControl control = new ProofControl(goal, wish);
    Thread thread = Thread.ofVirtual().name("proof-" + id).unstarted(() -> work(id, control));
    running.put(id, new Running(control, thread));
    LOG.info(
        "proof taken up shard={} seeding={} attempt={} goal={} host={}",
        wish.shard(),
        wish.seeding(),
        wish.attempt(),
        goal,
        host.name());
    thread.start();
  }

  private void work(Attempt id, ProofControl control) {
    try {
      announce(run(id, control), control);
    } catch (InterruptedException e) {
      LOG.info("proof cancelled seeding={} attempt={}", id.seeding(), id.attempt(), e);
    } catch (RuntimeException e) {
      // nobody expected it: taken up again at the next look
      LOG.error("proof stopped seeding={} attempt={}", id.seeding(), id.attempt(), e);
    }
  }

  private ProofJob run(Attempt id, ProofControl control) throws InterruptedException {
    ProofRun run = new ProofRun(new ProofWork(host, means, control));
    if (control.goal() == ProofGoal.CHECK) {
      return run.run(id); // bounded by the host's slots
    }
    control.note("waits for its turn");
    turns.acquire();
    try {
      control.note(null);
      return run.run(id);
    } finally {
      turns.release();
    }
  }

  /** Repeated until Kafka has it: the coordinator waits for it. */
  private void announce(ProofJob done, ProofControl control) throws InterruptedException {
    Optional<Event> report = control.goal().report(done, control.assignment());
    while (report.isPresent()) {
      try {
        voice
            .publisher()
            .publishAndWait(voice.topics().publication(report.get(), means.clock().instant()));
        break;
      } catch (KafkaException e) {
        LOG.warn("proof not announced yet seeding={}", done.id().seeding(), e);
        Thread.sleep(host.bounds().retryInterval());
      }
    }
    control.announced();
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

  /** Ends its work before the next step, within a bounded time; the next start goes on. */
  @Override
  public void close() {
    loop.interrupt();
    join(loop);
    if (tidier != null) {
      join(tidier);
    }
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

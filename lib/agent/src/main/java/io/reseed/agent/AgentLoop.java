package io.reseed.agent;

import io.reseed.agent.Decision.Act;
import io.reseed.agent.HeldJob.End;
import io.reseed.agent.HeldJob.Task;
import io.reseed.events.Assignment;
import io.reseed.kafka.FollowedTopic;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Works towards what is assigned to a host: one thread decides about every job again whenever an
 * assignment changed or a step ended, and at least each second; the steps that the machine decides
 * on run outside of it, one per job.
 *
 * @param <A> the assignments
 * @param <J> the jobs
 * @param <S> the steps
 * @param <R> what steps bring
 */
public final class AgentLoop<A extends Assignment, J extends HostJob, S, R>
    implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AgentLoop.class);
  private static final Duration LOOK = Duration.ofSeconds(1);
  private static final Duration STOP_WAIT = Duration.ofSeconds(15);
  private static final String MARK_FILE = "seeding-topic.json";

  private final String host;
  private final Parts<A, J, S, R> parts;
  private final Duration retryInterval;
  private final Runnable snapshotChanged;
  private final AssignmentFollower<A> follower;
  private final Namesakes namesakes;
  private final ProgressReporter<A> progress;
  private final Semaphore wake = new Semaphore(0);
  private final Map<JobId, HeldJob<A, J, S, R>> held = new LinkedHashMap<>();
  private final Map<String, JobFiles.Unreadable> unreadable;
  private final Thread thread;
  private volatile boolean closing;
  private volatile AgentSnapshot<A, J> snapshot;

  /**
   * Where the assignments come from.
   *
   * @param host whose assignments are worked on
   * @param identity what tells that host from others of its name
   */
  public record Source<A extends Assignment>(
      FollowedTopic.Source kafka,
      FollowedTopic.Subject<A> subject,
      String host,
      HostIdentity identity) {}

  /** What makes a loop an agent of a kind; all of it belongs to the caller. */
  public record Parts<A extends Assignment, J extends HostJob, S, R>(
      JobFiles<J> files,
      JobMachine<A, J, S, R> machine,
      Steps<A, J, S, R> steps,
      Reporter reporter,
      InstantSource clock) {}

  /**
   * Reads what an earlier agent left; acts from {@link #start} on.
   *
   * @param retryInterval after what has to succeed and did not
   * @param snapshotChanged called on the loop's thread when {@link #snapshot} shows other jobs
   * @throws IllegalStateException when a job is of a newer release; nothing was touched then
   */
  public AgentLoop(
      Source<A> source, Parts<A, J, S, R> parts, Duration retryInterval, Runnable snapshotChanged) {
    this.host = source.host();
    this.parts = parts;
    this.retryInterval = retryInterval;
    this.snapshotChanged = snapshotChanged;
    namesakes = new Namesakes(source.host());
    follower =
        new AssignmentFollower<>(
            source, parts.files().directory().resolve(MARK_FILE), this::wakeUp);
    progress = new ProgressReporter<>(parts.reporter(), () -> snapshot().working());
    thread = Thread.ofPlatform().name("agent " + source.subject().topic()).unstarted(this::run);
    JobFiles.Found<J> found = parts.files().readAll();
    for (J job : found.jobs()) {
      held.put(job.id(), new HeldJob<>(job, true));
      LOG.info("job found host={} job={} state={}", host, job.id(), job.stateName());
    }
    unreadable =
        found.unreadable().stream()
            .collect(Collectors.toMap(JobFiles.Unreadable::folderName, one -> one));
    found.unreadable().forEach(one -> LOG.error("job unreadable reason={}", one.reason()));
    snapshot = taken(Optional.of("the assignments were not read to their end yet"), Set.of());
  }

  /** Begins to act. */
  public void start() {
    thread.start();
    progress.start();
  }

  /** What it holds now. */
  public AgentSnapshot<A, J> snapshot() {
    return snapshot;
  }

  private void wakeUp() {
    if (wake.availablePermits() == 0) {
      wake.release();
    }
  }

  private void run() {
    try {
      while (!closing) {
        try {
          pass();
          if (wake.tryAcquire(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
            wake.drainPermits();
          }
        } catch (RuntimeException e) {
          // e.g. the disk cannot be written: nothing was begun without its durable record
          LOG.error("agent pass failed host={}", host, e);
          show(Optional.of("the last pass failed: " + e), snapshot.unclaimed());
          TimeUnit.MILLISECONDS.sleep(retryInterval.toMillis());
        }
      }
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    }
  }

  /** Looks at everything once. */
  private void pass() {
    Set<JobId> unfinished =
        held.values().stream()
            .map(HeldJob::job)
            .filter(job -> !parts.machine().isHandedOver(job))
            .map(HostJob::id)
            .collect(Collectors.toSet());
    Assignments<A> assignments = follower.look(unfinished);
    List<RuntimeException> failures = new ArrayList<>();
    assignments.ofHost().forEach(each -> attempt(failures, () -> acceptNew(each)));
    for (HeldJob<A, J, S, R> one : List.copyOf(held.values())) {
      attempt(failures, () -> advance(one, assignments.desired(one.job().id())));
    }
    if (!failures.isEmpty()) {
      throw failures.getFirst();
    }
    namesakes.see(assignments.ofNamesakes());
    show(assignments.trouble(), assignments.unclaimed());
  }

  /** What fails for one job must not hold up the others: their removal may be what is missing. */
  private static void attempt(List<RuntimeException> failures, Runnable part) {
    try {
      part.run();
    } catch (RuntimeException e) {
      if (failures.isEmpty()) {
        failures.add(e);
      } else {
        failures.getFirst().addSuppressed(e);
      }
    }
  }

  private void acceptNew(A assignment) {
    JobId id = JobId.of(assignment);
    if (held.containsKey(id)) {
      return;
    }
    JobFiles.Unreadable broken = unreadable.get(id.folderName());
    Optional<J> accepted =
        broken == null
            ? parts.machine().accept(assignment, parts.clock().instant())
            : parts
                .machine()
                .acceptUnreadable(assignment, broken.reason(), parts.clock().instant());
    accepted.ifPresent(
        job -> {
          HeldJob<A, J, S, R> one = new HeldJob<>(job, broken == null);
          one.became(written(one, job));
          held.put(id, one);
          logTransition(one.job());
        });
  }

  private J written(HeldJob<A, J, S, R> one, J next) {
    if (one.isDurable()) {
      try {
        parts.files().write(next);
      } catch (UncheckedIOException e) {
        if (closing) {
          throw e; // the interrupt of the close makes writes fail, too
        }
        return parts.steps().notWritten(next, e);
      }
    }
    return next;
  }

  private void advance(HeldJob<A, J, S, R> one, Desired<A> desired) {
    if (desired instanceof Desired.Assigned<A> assigned && one.task() != null) {
      one.task().control().reassign(assigned.assignment());
    }
    Optional<R> outcome = one.takeOutcome(retryInterval);
    List<J> others =
        held.values().stream().filter(other -> other != one).map(HeldJob::job).toList();
    Decision<J, S> decision =
        parts
            .machine()
            .decide(
                one.job(), desired, new Observation<>(one.busy(), outcome, one.reported()), others);
    if (!decision.next().equals(one.job())) {
      J next = written(one, decision.next());
      one.became(next);
      logTransition(next);
      if (!next.equals(decision.next())) {
        wakeUp(); // it is another state than was decided on
        return;
      }
    }
    act(one, decision.act(), desired);
  }

  private void act(HeldJob<A, J, S, R> one, Act<S> act, Desired<A> desired) {
    switch (act) {
      case Act.Rest<S> _ -> {}
      case Act.Wait<S> wait -> one.rest(wait.pause());
      case Act.Cancel<S> _ -> one.cancel();
      case Act.Begin<S> begin -> begin(one, begin.step(), control(desired));
      case Act.Report<S> report -> report(one, report, control(desired));
      case Act.Forget<S> _ -> forget(one);
    }
  }

  private static <A extends Assignment> JobControl<A> control(Desired<A> desired) {
    return new JobControl<>(
        desired instanceof Desired.Assigned<A> assigned ? assigned.assignment() : null);
  }

  private void forget(HeldJob<A, J, S, R> one) {
    JobId id = one.job().id();
    if (one.isDurable()) {
      parts.files().delete(id);
    }
    held.remove(id);
    LOG.info("job removed host={} job={}", host, id);
  }

  private void begin(HeldJob<A, J, S, R> one, S step, JobControl<A> control) {
    J job = one.job();
    Task<A, S, R> task =
        new Task<>(Optional.of(step), parts.steps().isInterruptible(step), control);
    run(one, task, () -> performed(step, job, control));
  }

  private End<R> performed(S step, J job, JobControl<A> control) throws InterruptedException {
    try {
      return switch (parts.steps().perform(step, job, control)) {
        case Steps.Result.Done<R> done -> new End.Stepped<>(done.outcome());
        case Steps.Result.Again<R> again -> {
          LOG.warn(
              "step is tried again host={} job={} step={} code={} reason={}",
              host,
              job.id(),
              step,
              again.code(),
              again.reason());
          yield new End.Nothing<>(true);
        }
      };
    } catch (RuntimeException
        | LinkageError
        | AssertionError
        | StackOverflowError
        | OutOfMemoryError e) {
      LOG.error("step failed, is tried again host={} job={} step={}", host, job.id(), step, e);
      return new End.Nothing<>(true);
    }
  }

  private void report(HeldJob<A, J, S, R> one, Act.Report<S> report, JobControl<A> control) {
    Task<A, S, R> task = new Task<>(Optional.empty(), true, control);
    run(
        one,
        task,
        () -> {
          parts.reporter().publishUntilConfirmed(report.event(), retryInterval);
          return new End.Reported<>();
        });
  }

  /** Something that may be cancelled. */
  @FunctionalInterface
  private interface Work<R> {
    End<R> run() throws InterruptedException;
  }

  private void run(HeldJob<A, J, S, R> one, Task<A, S, R> task, Work<R> work) {
    String name = task.step().map(String::valueOf).orElse("report") + " " + one.job().id();
    Thread runner = Thread.ofVirtual().name(name).unstarted(() -> end(task, work));
    task.runsOn(runner);
    one.begin(task);
    runner.start();
  }

  private void end(Task<A, S, R> task, Work<R> work) {
    End<R> end = new End.Nothing<>(true);
    try {
      end = work.run();
    } catch (InterruptedException cancelled) {
      end = new End.Nothing<>(false);
    } finally {
      task.end(end);
      wakeUp();
    }
  }

  private AgentSnapshot<A, J> taken(Optional<String> idleReason, Set<JobId> unclaimed) {
    Map<JobId, AgentSnapshot.Working<A>> working = new LinkedHashMap<>();
    List<J> jobs = new ArrayList<>();
    for (HeldJob<A, J, S, R> one : held.values()) {
      jobs.add(one.job());
      Task<A, S, R> task = one.task();
      if (task != null && task.isUnderWay() && task.step().isPresent()) {
        working.put(
            one.job().id(),
            new AgentSnapshot.Working<>(task.control(), parts.steps().stage(task.step().get())));
      }
    }
    List<String> broken =
        unreadable.values().stream().map(JobFiles.Unreadable::reason).sorted().toList();
    return new AgentSnapshot<>(jobs, working, idleReason, unclaimed, namesakes.jobs(), broken);
  }

  private void show(Optional<String> idleReason, Set<JobId> unclaimed) {
    AgentSnapshot<A, J> before = snapshot;
    AgentSnapshot<A, J> now = taken(idleReason, unclaimed);
    snapshot = now;
    boolean same =
        before.jobs().equals(now.jobs())
            && before.idleReason().isPresent() == idleReason.isPresent();
    if (!same) {
      snapshotChanged.run();
    }
  }

  private void logTransition(J job) {
    LOG.info("job changed host={} job={} state={}", host, job.id(), job.stateName());
  }

  /** Stops within a bounded time; what was begun is gone on with by the next agent. */
  @Override
  public void close() {
    closing = true;
    thread.interrupt();
    progress.close();
    long deadlineNanos = System.nanoTime() + STOP_WAIT.toNanos();
    try {
      if (!thread.join(STOP_WAIT)) {
        LOG.warn("agent did not stop in time host={}", host);
        return;
      }
      held.values().forEach(HeldJob::cancel);
      for (HeldJob<A, J, S, R> one : held.values()) {
        one.awaitEnd(deadlineNanos);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    follower.close();
  }
}

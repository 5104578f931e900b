package io.reseed.restore;

import io.reseed.events.SeedingAssigned;
import io.reseed.fleet.Failure;
import io.reseed.restore.Assignments.Knowledge;
import io.reseed.restore.Decision.Action;
import io.reseed.restore.Observation.Outcome;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Works towards what {@code seeding-assigned} asks of this host: one thread looks at every job
 * again whenever something may have changed, and at least each second; the steps that the machine
 * decides on run outside of it, one per job.
 */
final class RestoreAgent implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RestoreAgent.class);
  private static final Duration LOOK = Duration.ofSeconds(1);
  private static final Duration ADMISSION_RETRY = Duration.ofMillis(200);
  private static final Duration STOP_WAIT = Duration.ofSeconds(15);

  private final HostProfile host;
  private final RestorePolicy policy;
  private final JobFiles files;
  private final RestoreWorker worker;
  private final Assignments assignments;
  private final Places places;
  private final InstantSource clock;
  private final Runnable pictureChanged;
  private final Semaphore wake = new Semaphore(0);
  private final Map<JobId, HeldJob> held = new LinkedHashMap<>();
  private final Thread thread;
  private volatile boolean closing;
  private volatile Picture picture = Picture.starting(List.of(), List.of());

  /** Who the agent works with. */
  record Crew(
      JobFiles files, RestoreWorker worker, Assignments.Source source, InstantSource clock) {}

  /**
   * What the agent holds, for those who look at it from outside.
   *
   * @param working the control of each job with a step under way
   * @param idleReason why nothing is done, null when all is well
   * @param lost whether the reason needs a person
   * @param unreadable job folders that are left alone
   */
  record Picture(
      List<Job> jobs,
      Map<JobId, JobControl> working,
      @Nullable String idleReason,
      boolean lost,
      List<String> unreadable) {
    Picture {
      jobs = List.copyOf(jobs);
      working = Map.copyOf(working);
      unreadable = List.copyOf(unreadable);
    }

    static Picture starting(List<Job> jobs, List<String> unreadable) {
      return new Picture(
          jobs, Map.of(), "seeding-assigned was not read to its end yet", false, unreadable);
    }
  }

  /**
   * Reads what an earlier agent left; acts from {@link #start} on.
   *
   * @param pictureChanged called on the agent's thread when {@link #picture} shows other jobs
   */
  RestoreAgent(HostProfile host, RestorePolicy policy, Crew crew, Runnable pictureChanged) {
    this.host = host;
    this.policy = policy;
    this.files = crew.files();
    this.worker = crew.worker();
    this.clock = crew.clock();
    this.pictureChanged = pictureChanged;
    this.assignments = new Assignments(crew.source(), this::wakeUp);
    this.places = new Places(host);
    this.thread = Thread.ofPlatform().name("restore-agent").unstarted(this::run);
    JobFiles.Found found = files.readAll();
    for (Job job : found.jobs()) {
      held.put(job.id(), new HeldJob(job));
      LOG.info(
          "job found shard={} seeding={} attempt={} state={}",
          job.shard(),
          job.id().seeding(),
          job.id().attempt(),
          nameOf(job.state()));
    }
    found.unreadable().forEach(reason -> LOG.error("job unreadable reason={}", reason));
    picture = Picture.starting(found.jobs(), found.unreadable());
  }

  void start() {
    thread.start();
  }

  /** What it holds now. */
  Picture picture() {
    return picture;
  }

  private void wakeUp() {
    if (wake.availablePermits() == 0) {
      wake.release();
    }
  }

  private void run() {
    while (!closing) {
      try {
        pass();
        if (wake.tryAcquire(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
          wake.drainPermits();
        }
      } catch (InterruptedException stopped) {
        return;
      } catch (RuntimeException e) {
        // e.g. the disk cannot be written: nothing was begun without its durable record
        LOG.error("agent pass failed host={}", host.name(), e);
        show("the last pass failed: " + e, false);
        rest();
      }
    }
  }

  private void rest() {
    try {
      TimeUnit.MILLISECONDS.sleep(policy.retryInterval().toMillis());
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  /** Looks at everything once. */
  private void pass() {
    boolean holdsUnfinished =
        held.values().stream().anyMatch(one -> !(one.job().state() instanceof JobState.Kept));
    Knowledge knowledge = assignments.look(holdsUnfinished);
    List<RuntimeException> failures = new ArrayList<>();
    if (knowledge instanceof Knowledge.Complete complete) {
      complete.bySeeding().values().forEach(each -> attempt(failures, () -> acceptNew(each)));
    }
    for (HeldJob one : new ArrayList<>(held.values())) {
      attempt(failures, () -> advance(one, wish(one.job().id(), knowledge)));
    }
    if (!failures.isEmpty()) {
      throw failures.getFirst();
    }
    switch (knowledge) {
      case Knowledge.Incomplete _ -> show("seeding-assigned was not read to its end yet", false);
      case Knowledge.Complete _ -> show(null, false);
      case Knowledge.Lost lost -> show(lost.reason(), true);
    }
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

  private Wish wish(JobId job, Knowledge knowledge) {
    return switch (knowledge) {
      case Knowledge.Incomplete _, Knowledge.Lost _ -> new Wish.Unknown();
      case Knowledge.Complete complete ->
          Wish.of(job, host.name(), complete.bySeeding().get(job.seeding()));
    };
  }

  private void acceptNew(SeedingAssigned assigned) {
    JobId id = JobId.of(assigned);
    boolean unreadable =
        picture.unreadable().stream()
            .anyMatch(reason -> reason.contains("/" + id.folderName() + ":"));
    if (assigned.host().equals(host.name()) && !held.containsKey(id) && !unreadable) {
      Job job = Job.accept(assigned, clock.instant());
      files.write(job);
      held.put(id, new HeldJob(job));
      logTransition(job);
    }
  }

  private void advance(HeldJob one, Wish wish) {
    HeldJob.Step ended = one.step();
    Outcome outcome = one.takeOutcome();
    if (outcome != null && ended != null && absorbed(one, ended.action(), outcome)) {
      outcome = null;
    }
    if (!held.containsKey(one.job().id())) {
      return;
    }
    Decision decision =
        RestoreMachine.decide(
            one.job().state(),
            wish,
            new Observation(one.busy(), outcome, death(one, wish), one.announced()));
    if (!decision.next().equals(one.job().state())) {
      Job next = one.job().with(decision.next());
      files.write(next);
      one.became(next);
      logTransition(next);
    }
    act(one, decision.action());
    if (decision.action() == Action.ADMIT && one.step() != null) {
      advance(one, wish); // at once: the next job to be admitted has to see the place taken
    }
  }

  /** Handles what concerns the agent alone: the machine needs not see it. */
  private boolean absorbed(HeldJob one, Action action, Outcome outcome) {
    boolean mustSucceed =
        action == Action.ANNOUNCE
            || action == Action.UNFENCE
            || action == Action.ABANDON
            || action == Action.ERASE;
    if (mustSucceed && outcome instanceof Outcome.Failed failed) {
      LOG.warn(
          "step is tried again seeding={} attempt={} action={} code={} reason={}",
          one.job().id().seeding(),
          one.job().id().attempt(),
          action,
          failed.failure().code(),
          failed.failure().message());
      one.rest(policy.retryInterval());
      return true;
    }
    if (outcome instanceof Outcome.Announced) {
      one.markAnnounced();
      return true;
    }
    if (action == Action.ERASE && outcome instanceof Outcome.Undone) {
      held.remove(one.job().id());
      LOG.info(
          "job removed shard={} seeding={} attempt={}",
          one.job().shard(),
          one.job().id().seeding(),
          one.job().id().attempt());
      return true;
    }
    return false;
  }

  /** Of a server that nobody wants any more it is not asked. */
  private @Nullable Failure death(HeldJob one, Wish wish) {
    boolean died =
        one.job().state() instanceof JobState.Restored
            && !(wish instanceof Wish.Gone)
            && one.goneFor(worker.isRunning(one.job().id()), policy.deathGrace());
    return died ? worker.causeOfDeath(one.job()) : null;
  }

  private void act(HeldJob one, Action action) {
    switch (action) {
      case REST -> {}
      case CANCEL -> {
        HeldJob.Step step = one.step();
        if (step != null) {
          step.cancel();
        }
      }
      case ADMIT -> admit(one);
      case FETCH, START, VERIFY, ANNOUNCE, UNFENCE, ABANDON, ERASE -> begin(one, action);
    }
  }

  private void admit(HeldJob one) {
    List<Job> others =
        held.values().stream().filter(other -> other != one).map(HeldJob::job).toList();
    Optional<Outcome> admission = places.admit(one.job().id(), others);
    if (admission.isEmpty()) {
      one.rest(ADMISSION_RETRY);
      return;
    }
    HeldJob.Step step = new HeldJob.Step(Action.ADMIT);
    step.end(admission.get());
    one.begin(step);
  }

  private void begin(HeldJob one, Action action) {
    HeldJob.Step step = new HeldJob.Step(action);
    Job job = one.job();
    one.begin(step);
    Thread runner =
        Thread.ofVirtual()
            .name(action + " " + job.id())
            .unstarted(
                () -> {
                  step.end(worker.perform(action, job, step.control()));
                  wakeUp();
                });
    step.runsOn(runner);
    runner.start();
  }

  private void show(@Nullable String idleReason, boolean lost) {
    Map<JobId, JobControl> working = new LinkedHashMap<>();
    List<Job> jobs = new ArrayList<>();
    for (HeldJob one : held.values()) {
      jobs.add(one.job());
      HeldJob.Step step = one.step();
      if (step != null && step.outcome() == null) {
        working.put(one.job().id(), step.control());
      }
    }
    Picture before = picture;
    picture = new Picture(jobs, working, idleReason, lost, before.unreadable());
    if (lost && !before.lost()) {
      LOG.error("agent stopped working host={} reason={}", host.name(), idleReason);
    }
    if (!before.jobs().equals(jobs) || before.lost() != lost) {
      pictureChanged.run();
    }
  }

  private void logTransition(Job job) {
    LOG.info(
        "job transition shard={} seeding={} attempt={} backup={} server={} state={}",
        job.shard(),
        job.id().seeding(),
        job.id().attempt(),
        job.backup(),
        job.address(host.address()),
        nameOf(job.state()));
    if (job.state() instanceof JobState.Failing failing) {
      LOG.warn(
          "job failed shard={} seeding={} attempt={} code={} class={} reason={} hint={}",
          job.shard(),
          job.id().seeding(),
          job.id().attempt(),
          failing.failure().code(),
          failing.failure().failureClass(),
          failing.failure().message(),
          failing.failure().hint());
    }
  }

  private static String nameOf(JobState state) {
    return state.getClass().getSimpleName();
  }

  /** Stops within a bounded time; servers run on, jobs are resumed by the next agent. */
  @Override
  public void close() {
    closing = true;
    thread.interrupt();
    long deadlineNanos = System.nanoTime() + STOP_WAIT.toNanos();
    try {
      if (!thread.join(STOP_WAIT)) {
        LOG.warn("agent did not stop in time host={}", host.name());
        return;
      }
      held.values().stream().map(HeldJob::step).forEach(RestoreAgent::cancel);
      for (HeldJob one : held.values()) {
        HeldJob.Step step = one.step();
        if (step != null) {
          step.awaitEnd(deadlineNanos);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    assignments.close();
  }

  private static void cancel(HeldJob.@Nullable Step step) {
    if (step != null) {
      step.cancel();
    }
  }
}

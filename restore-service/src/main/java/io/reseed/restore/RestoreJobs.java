package io.reseed.restore;

import io.reseed.agent.Decision;
import io.reseed.agent.Decision.Act;
import io.reseed.agent.Desired;
import io.reseed.agent.JobId;
import io.reseed.agent.JobMachine;
import io.reseed.events.SeedingAssigned;
import io.reseed.fleet.Failure;
import io.reseed.fleet.FailureCode;
import io.reseed.fleet.ForeignText;
import io.reseed.restore.Observation.Outcome;
import io.reseed.restore.RestoreDecision.Action;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The jobs of a host's restores: asks {@link RestoreMachine}, and sees for it what only this host
 * knows, a free place and whether a mysqld died.
 */
final class RestoreJobs implements JobMachine<SeedingAssigned, Job, Action, Outcome> {
  private static final Logger LOG = LoggerFactory.getLogger(RestoreJobs.class);
  private static final Duration ADMISSION_RETRY = Duration.ofMillis(200);

  private final HostProfile host;
  private final Duration deathGrace;
  private final RestoreWorker worker;
  private final Places places;
  private final MemberPorts members;
  private final Map<JobId, Long> goneSinceNanos = new HashMap<>();

  /**
   * Where places come from, and what is not given.
   *
   * @param deathGrace see {@link RestorePolicy}
   */
  record Ground(HostProfile host, Duration deathGrace, Places places, MemberPorts members) {}

  RestoreJobs(Ground ground, RestoreWorker worker) {
    this.host = ground.host();
    this.deathGrace = ground.deathGrace();
    this.worker = worker;
    this.places = ground.places();
    this.members = ground.members();
  }

  @Override
  public Optional<Job> accept(SeedingAssigned assignment, Instant now) {
    return Optional.of(Job.accept(assignment, now));
  }

  @Override
  public boolean isHandedOver(Job job) {
    return job.state() instanceof JobState.Kept;
  }

  @Override
  public Decision<Job, Action> decide(
      Job job,
      Desired<SeedingAssigned> desired,
      io.reseed.agent.Observation<Outcome> observed,
      Collection<Job> others) {
    if (isTakenAway(job, desired)) {
      LOG.info("kept server was taken away host={} job={}", host.name(), job.id());
      return new Decision<>(job, new Act.Forget<>());
    }
    Observation seen =
        new Observation(
            observed.busy(),
            observed.outcome().orElse(null),
            death(job, desired),
            observed.reported());
    Desired<SeedingAssigned.Goal> goal = desired.map(SeedingAssigned::goal);
    RestoreDecision decision = RestoreMachine.decide(job.state(), goal, seen);
    if (decision.action() == Action.ADMIT) {
      Optional<Outcome> admission = admission(job, others);
      if (admission.isEmpty()) {
        return new Decision<>(job, new Act.Wait<>(ADMISSION_RETRY));
      }
      // at once: the next job to be admitted has to see the place taken
      decision =
          RestoreMachine.decide(
              job.state(), goal, new Observation(false, admission.get(), null, false));
    }
    if (!decision.next().equals(job.state())) {
      logFailure(job, decision.next());
    }
    Job next = job.with(decision.next());
    return new Decision<>(next, act(decision.action(), next));
  }

  private Optional<Outcome> admission(Job job, Collection<Job> others) {
    Optional<Outcome> admission =
        switch (members.ask()) {
          case MemberPorts.Answer.Awaited _ -> Optional.empty();
          case MemberPorts.Answer.Missed missed -> Optional.of(unknown(missed));
          case MemberPorts.Answer.Known known -> places.admit(job, others, known);
        };
    if (admission.isPresent()) {
      members.done();
    }
    return admission;
  }

  private Outcome unknown(MemberPorts.Answer.Missed missed) {
    return new Outcome.Failed(
        Failure.of(
            FailureCode.KAFKA_UNREACHABLE,
            "Host %s gives no port away, since it cannot read which ones shards' servers have: %s"
                .formatted(host.name(), missed.reason()),
            "Let its Kafka user read shard-status; another attempt follows."));
  }

  /**
   * Whether the folder of a server that was handed over is gone, so that its owner is done with it.
   * A disk that is not mounted takes the job's own file along, and proves nothing.
   */
  private boolean isTakenAway(Job job, Desired<SeedingAssigned> desired) {
    return job.state() instanceof JobState.Kept kept
        && kept.fenceLifted()
        && !(desired instanceof Desired.Assigned)
        && host.isTakenAway(job.id())
        && places.isFree(kept.slot().port());
  }

  private Act<Action> act(Action action, Job next) {
    return switch (action) {
      case REST -> new Act.Rest<>();
      case CANCEL -> new Act.Cancel<>();
      case ANNOUNCE -> new Act.Report<>(RestoreReports.of(next, host));
      case FORGET -> new Act.Forget<>();
      case FETCH, START, VERIFY, UNFENCE, ABANDON, ERASE -> new Act.Begin<>(action);
      case ADMIT -> throw new IllegalStateException("an admission leads to no other");
    };
  }

  /** Of a server that nobody wants any more it is not asked. */
  private @Nullable Failure death(Job job, Desired<SeedingAssigned> desired) {
    boolean watched =
        job.state() instanceof JobState.Restored && !(desired instanceof Desired.Gone);
    if (!watched || worker.isRunning(job.id())) {
      goneSinceNanos.remove(job.id());
      return null;
    }
    Long since = goneSinceNanos.putIfAbsent(job.id(), System.nanoTime());
    boolean isDead = since != null && System.nanoTime() - since >= deathGrace.toNanos();
    return isDead ? worker.causeOfDeath(job) : null;
  }

  private static void logFailure(Job job, JobState next) {
    if (next instanceof JobState.Failing failing) {
      LOG.warn(
          "job failed shard={} seeding={} attempt={} backup={} code={} class={} reason={} hint={}",
          job.shard(),
          job.id().seeding(),
          job.id().attempt(),
          job.backup(),
          failing.failure().code(),
          failing.failure().failureClass(),
          ForeignText.shown(failing.failure().message()),
          failing.failure().hint());
    }
  }
}

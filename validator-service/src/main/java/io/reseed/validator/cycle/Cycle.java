package io.reseed.validator.cycle;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.reseed.events.Assignment;
import io.reseed.events.CycleKind;
import io.reseed.events.ProofAssigned;
import io.reseed.events.SeedingAssigned;
import io.reseed.events.SeedingStage;
import io.reseed.events.check.CheckPlan;
import io.reseed.fleet.Failure;
import io.reseed.fleet.ServerAddress;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The backup pipeline of one shard. The methods that return a Cycle are the only legal transitions.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "state")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Cycle.Idle.class, name = "idle"),
  @JsonSubTypes.Type(value = Cycle.Seeking.class, name = "seeking"),
  @JsonSubTypes.Type(value = Cycle.Making.class, name = "making"),
  @JsonSubTypes.Type(value = Cycle.Checking.class, name = "checking"),
  @JsonSubTypes.Type(value = Cycle.Snapshotting.class, name = "snapshotting"),
  @JsonSubTypes.Type(value = Cycle.ReadingBack.class, name = "readingBack"),
  @JsonSubTypes.Type(value = Cycle.Exhausted.class, name = "exhausted")
})
sealed interface Cycle {

  /** When the machine wants to be called again without any input. */
  @JsonIgnore
  default Optional<Instant> wakeAt() {
    return Optional.empty();
  }

  /**
   * This state, in which everything that is waited for is waited for anew.
   *
   * @param latest until which a further cycle is put off at most
   */
  default Cycle takenUp(Instant now, Instant latest) {
    return switch (this) {
      case Seeking seeking ->
          new Seeking(seeking.plan.takenUp(now), seeking.blockingReason, null, false);
      case Exhausted exhausted ->
          exhausted.retryAt.isAfter(latest)
              ? new Exhausted(exhausted.plan, exhausted.failure, exhausted.next, latest)
              : exhausted;
      case Idle _, Active _ -> this;
    };
  }

  /** What it is about; absent while nothing is to be done. */
  @JsonIgnore
  Optional<Plan> current();

  /** No cycle is in flight. */
  record Idle() implements Cycle {
    @Override
    public Optional<Plan> current() {
      return Optional.empty();
    }

    Seeking begin(Plan plan) {
      return new Seeking(plan, null, null, false);
    }
  }

  /**
   * An attempt is to be made as soon as there are a primary, a source and a host.
   *
   * @param blockingReason what was missing when last looked
   * @param retryAt when to look again; absent for now
   * @param asked whether a look for a place is out
   */
  record Seeking(
      Plan plan, @Nullable Failure blockingReason, @Nullable Instant retryAt, boolean asked)
      implements Cycle {
    @Override
    public Optional<Instant> wakeAt() {
      return asked ? Optional.empty() : Optional.ofNullable(retryAt);
    }

    @Override
    public Optional<Plan> current() {
      return Optional.of(plan);
    }

    boolean due(Instant now) {
      return !asked && (retryAt == null || !retryAt.isAfter(now));
    }

    Seeking ask() {
      return new Seeking(plan, blockingReason, null, true);
    }

    Seeking blocked(Failure failure, Instant until) {
      return new Seeking(plan, failure, until, false);
    }

    Seeking retry() {
      return new Seeking(plan, blockingReason, null, false);
    }

    Making assigned(SeedingAssigned assignment, CheckPlan checks, Instant timeoutAt) {
      Life life = new Life(SeedingStage.RESTORE, timeoutAt);
      return new Making(plan.assigned(assignment), assignment, checks, life);
    }

    Idle dropped() {
      return new Idle();
    }
  }

  /** An attempt is assigned, and its reports count. */
  sealed interface Active extends Cycle {
    Plan plan();

    /** Of who works on it now: it is made first, and proven then. */
    Assignment assignment();

    Life life();

    /** This state with another plan and life. */
    Active with(Plan newPlan, Life newLife);

    /** This state after a failover, replicating from another source. */
    Active repointed(ServerAddress primary, ServerAddress source);

    @Override
    default Optional<Instant> wakeAt() {
      return Optional.of(life().timeoutAt());
    }

    @Override
    default Optional<Plan> current() {
      return Optional.of(plan());
    }

    /** What was found out on the way; what is known already stays. */
    default Active proven(Proof proof) {
      return with(plan().with(proof), life());
    }

    default Active heard(Life sign) {
      return with(plan(), sign);
    }

    /** A backup failed by this attempt. */
    default Idle condemned() {
      return new Idle();
    }

    default Idle withdrawn() {
      return new Idle();
    }
  }

  /** There is no backup of this attempt yet: another one may follow. */
  sealed interface Attempting extends Active {
    default Seeking failed(Failure failure, Instant retryAt) {
      return new Seeking(plan().failed(assignment(), failure), null, retryAt, false);
    }

    default Exhausted exhausted(Failure failure, CycleKind next, Instant retryAt) {
      return new Exhausted(plan().failed(assignment(), failure), failure, next, retryAt);
    }
  }

  /**
   * The dedicated server is being made and caught up.
   *
   * @param checks what it is to be checked for then
   */
  record Making(Plan plan, SeedingAssigned assignment, CheckPlan checks, Life life)
      implements Attempting {
    /** Documents of the first release have the checks elsewhere. */
    public Making {
      checks = Objects.requireNonNullElse(checks, CheckPlan.ALL_TABLES);
    }

    @Override
    public Making with(Plan newPlan, Life newLife) {
      return new Making(newPlan, assignment, checks, newLife);
    }

    @Override
    public Making repointed(ServerAddress primary, ServerAddress source) {
      return new Making(
          plan, assignment.repointed(primary, source), checks.repointed(primary, source), life);
    }

    Checking caughtUp(ProofAssigned newer, Instant timeoutAt) {
      return new Checking(plan, newer, new Life(SeedingStage.CHECK, timeoutAt));
    }
  }

  /** The caught-up server is being checked. */
  record Checking(Plan plan, ProofAssigned assignment, Life life) implements Attempting {
    @Override
    public Checking with(Plan newPlan, Life newLife) {
      return new Checking(newPlan, assignment, newLife);
    }

    @Override
    public Checking repointed(ServerAddress primary, ServerAddress source) {
      return new Checking(plan, assignment.repointed(primary, source), life);
    }

    Snapshotting checked(ProofAssigned newer, Instant timeoutAt) {
      return new Snapshotting(plan, newer, new Life(SeedingStage.SNAPSHOT, timeoutAt));
    }

    Idle examined() {
      return new Idle();
    }
  }

  /** The checked server is being stopped and becomes a backup. */
  record Snapshotting(Plan plan, ProofAssigned assignment, Life life) implements Attempting {
    @Override
    public Snapshotting with(Plan newPlan, Life newLife) {
      return new Snapshotting(newPlan, assignment, newLife);
    }

    @Override
    public Snapshotting repointed(ServerAddress primary, ServerAddress source) {
      return new Snapshotting(plan, assignment.repointed(primary, source), life);
    }

    ReadingBack created(ProofAssigned newer, Plan.Prior made, Instant timeoutAt) {
      return new ReadingBack(plan, newer, new Life(SeedingStage.READ_BACK, timeoutAt), made);
    }

    Idle createdUnread() {
      return new Idle();
    }
  }

  /**
   * The new backup is being read back.
   *
   * @param made the new backup
   */
  record ReadingBack(Plan plan, ProofAssigned assignment, Life life, Plan.Prior made)
      implements Active {
    @Override
    public ReadingBack with(Plan newPlan, Life newLife) {
      return new ReadingBack(newPlan, assignment, newLife, made);
    }

    @Override
    public ReadingBack repointed(ServerAddress primary, ServerAddress source) {
      return new ReadingBack(plan, assignment.repointed(primary, source), life, made);
    }

    Idle readBack() {
      return new Idle();
    }

    Idle unread() {
      return new Idle();
    }
  }

  /**
   * All attempts failed; another cycle is begun after a while.
   *
   * @param next of which kind
   */
  record Exhausted(Plan plan, Failure failure, CycleKind next, Instant retryAt) implements Cycle {
    /** Documents of the first release know fresh cycles only. */
    public Exhausted {
      next = Objects.requireNonNullElse(next, CycleKind.FRESH);
    }

    @Override
    public Optional<Plan> current() {
      return Optional.of(plan);
    }

    Seeking begin(Plan plan) {
      return new Seeking(plan, null, null, false);
    }

    Idle dropped() {
      return new Idle();
    }
  }

  /**
   * What was last heard of an attempt.
   *
   * @param timeoutAt when it counts as dead unless something is heard before
   */
  record Life(SeedingStage stage, Instant timeoutAt) {}
}

package io.reseed.validator;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.reseed.events.Failure;
import io.reseed.events.SeedingAssigned;
import io.reseed.events.SeedingStage;
import java.time.Instant;
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
  @JsonSubTypes.Type(value = Cycle.Snapshotting.class, name = "snapshotting"),
  @JsonSubTypes.Type(value = Cycle.Exhausted.class, name = "exhausted")
})
sealed interface Cycle {

  /** When the machine wants to be called again without any input. */
  @JsonIgnore
  default Optional<Instant> wakeAt() {
    return Optional.empty();
  }

  /** Nothing is to be made. */
  record Idle() implements Cycle {
    Seeking begin(Plan plan) {
      return new Seeking(plan, null, null, false);
    }
  }

  /**
   * An attempt is to be made as soon as there are a primary, a donor and a host.
   *
   * @param obstacle what was missing when last looked
   * @param retryAt when to look again; absent for now
   * @param asked whether a look for a place is out
   */
  record Seeking(Plan plan, @Nullable Failure obstacle, @Nullable Instant retryAt, boolean asked)
      implements Cycle {
    @Override
    public Optional<Instant> wakeAt() {
      return asked ? Optional.empty() : Optional.ofNullable(retryAt);
    }

    boolean due(Instant now) {
      return !asked && (retryAt == null || !retryAt.isAfter(now));
    }

    Seeking ask() {
      return new Seeking(plan, obstacle, null, true);
    }

    Seeking obstructed(Failure failure, Instant until) {
      return new Seeking(plan, failure, until, false);
    }

    Seeking lookAgain() {
      return new Seeking(plan, obstacle, null, false);
    }

    Making assigned(SeedingAssigned assignment, Instant silentAt) {
      Life life = new Life(SeedingStage.RESTORE, silentAt);
      return new Making(plan.assigned(assignment), assignment, life);
    }

    Idle dropped() {
      return new Idle();
    }
  }

  /** An attempt is assigned, and its result may be accepted. */
  sealed interface Active extends Cycle {
    Plan plan();

    SeedingAssigned assignment();

    Life life();

    @Override
    default Optional<Instant> wakeAt() {
      return Optional.of(life().silentAt());
    }
  }

  /** The dedicated server is being made and caught up. */
  record Making(Plan plan, SeedingAssigned assignment, Life life) implements Active {
    Making heard(Life sign) {
      return new Making(plan, assignment, sign);
    }

    Making repointed(SeedingAssigned newer) {
      return new Making(plan, newer, life);
    }

    Snapshotting caughtUp(SeedingAssigned newer, Instant silentAt) {
      return new Snapshotting(plan, newer, new Life(SeedingStage.SNAPSHOT, silentAt));
    }

    Seeking failed(Failure failure, Instant retryAt) {
      return new Seeking(plan.failed(assignment, failure), null, retryAt, false);
    }

    Exhausted exhausted(Failure failure, Instant retryAt) {
      return new Exhausted(plan.failed(assignment, failure), failure, retryAt);
    }

    Idle withdrawn() {
      return new Idle();
    }
  }

  /** The caught-up server is being stopped and becomes a backup. */
  record Snapshotting(Plan plan, SeedingAssigned assignment, Life life) implements Active {
    Snapshotting heard(Life sign) {
      return new Snapshotting(plan, assignment, sign);
    }

    Snapshotting repointed(SeedingAssigned newer) {
      return new Snapshotting(plan, newer, life);
    }

    Seeking failed(Failure failure, Instant retryAt) {
      return new Seeking(plan.failed(assignment, failure), null, retryAt, false);
    }

    Exhausted exhausted(Failure failure, Instant retryAt) {
      return new Exhausted(plan.failed(assignment, failure), failure, retryAt);
    }

    Idle created() {
      return new Idle();
    }

    Idle withdrawn() {
      return new Idle();
    }
  }

  /** All attempts failed; another cycle is begun after a while. */
  record Exhausted(Plan plan, Failure failure, Instant retryAt) implements Cycle {
    @Override
    public Optional<Instant> wakeAt() {
      return Optional.of(retryAt);
    }

    Seeking begin(Plan next) {
      return new Seeking(next, null, null, false);
    }

    Idle dropped() {
      return new Idle();
    }
  }

  /**
   * What was last heard of an attempt.
   *
   * @param silentAt when it counts as dead unless something is heard before
   */
  record Life(SeedingStage stage, Instant silentAt) {}
}

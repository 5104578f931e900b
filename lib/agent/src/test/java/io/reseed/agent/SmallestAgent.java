package io.reseed.agent;

import io.reseed.agent.Decision.Act;
import io.reseed.agent.Parcel.State;
import io.reseed.events.BackupRestored;
import io.reseed.events.Event;
import io.reseed.events.SeedingAssigned;
import io.reseed.events.SeedingAssigned.Goal;
import io.reseed.events.SeedingOrigin;
import io.reseed.events.SeedingPurpose;
import io.reseed.events.SeedingStage;
import io.reseed.fleet.ServerAddress;
import io.reseed.fleet.ShardName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** The smallest possible agent: it makes a file for each assignment, and removes it again. */
final class SmallestAgent {
  private static final ServerAddress NOWHERE = new ServerAddress("127.0.0.1", 1);

  private SmallestAgent() {}

  static SeedingAssigned assignment(String seeding, int attempt, String host) {
    return assignment(seeding, attempt, host, null);
  }

  static SeedingAssigned assignment(
      String seeding, int attempt, String host, @Nullable String hostIdentity) {
    return new SeedingAssigned(
        new ShardName("commerce", "-80"),
        seeding,
        attempt,
        SeedingPurpose.REPLICA,
        Goal.MAKE,
        host,
        NOWHERE,
        NOWHERE,
        new SeedingOrigin.Donor(NOWHERE),
        hostIdentity);
  }

  /** What is done to a parcel. */
  enum Step {
    CARRY,
    RETURN
  }

  /** What its coordinator waits for. */
  static Event report(Parcel job, SeedingAssigned assigned) {
    return new BackupRestored(
        assigned.shard(),
        job.id().seeding(),
        job.id().attempt(),
        assigned.purpose(),
        assigned.host(),
        NOWHERE,
        "uuid",
        assigned.origin(),
        "",
        0,
        0,
        0);
  }

  /** Decides. */
  static final class Machine implements JobMachine<SeedingAssigned, Parcel, Step, Step> {
    @Override
    public Optional<Parcel> accept(SeedingAssigned assignment, Instant now) {
      return Optional.of(new Parcel(JobId.of(assignment), State.TAKEN));
    }

    @Override
    public Decision<Parcel, Step> decide(
        Parcel job,
        Desired<SeedingAssigned> desired,
        Observation<Step> seen,
        Collection<Parcel> others) {
      boolean carried = seen.outcome().filter(Step.CARRY::equals).isPresent();
      Parcel now = carried ? job.with(State.CARRIED) : job;
      if (desired instanceof Desired.Unknown || seen.busy()) {
        boolean cancel = seen.busy() && !(desired instanceof Desired.Assigned);
        return new Decision<>(now, cancel ? new Act.Cancel<>() : new Act.Rest<>());
      }
      if (desired instanceof Desired.Assigned<SeedingAssigned> assigned) {
        return new Decision<>(
            now,
            now.state() == State.TAKEN
                ? new Act.Begin<>(Step.CARRY)
                : seen.reported()
                    ? new Act.Rest<>()
                    : new Act.Report<>(report(now, assigned.assignment())));
      }
      boolean returned = seen.outcome().filter(Step.RETURN::equals).isPresent();
      return new Decision<>(now, returned ? new Act.Forget<>() : new Act.Begin<>(Step.RETURN));
    }

    @Override
    public boolean isHandedOver(Parcel job) {
      return job.state() == State.KEPT;
    }
  }

  /** Acts; carrying takes until the gate opens. */
  record Acts(Path places, CountDownLatch gate)
      implements Steps<SeedingAssigned, Parcel, Step, Step> {
    @Override
    public Result<Step> perform(Step step, Parcel job, JobControl<SeedingAssigned> control)
        throws InterruptedException {
      Path place = places.resolve(job.id().folderName());
      try {
        if (step == Step.RETURN) {
          Files.deleteIfExists(place);
          return new Result.Done<>(step);
        }
        Files.writeString(place, "begun");
        control.progressed(1, 2);
        gate.await();
        Files.writeString(place, "done");
        return new Result.Done<>(step);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public boolean isInterruptible(Step step) {
      return true;
    }

    @Override
    public Optional<SeedingStage> stage(Step step) {
      return step == Step.CARRY ? Optional.of(SeedingStage.RESTORE) : Optional.empty();
    }
  }
}

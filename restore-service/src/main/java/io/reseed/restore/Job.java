package io.reseed.restore;

import io.reseed.agent.HostJob;
import io.reseed.agent.JobId;
import io.reseed.events.HostStatus;
import io.reseed.events.HostStatus.HeldState;
import io.reseed.events.SeedingAssigned;
import io.reseed.events.SeedingOrigin;
import io.reseed.events.SeedingPurpose;
import io.reseed.fleet.ServerAddress;
import io.reseed.fleet.ShardName;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One server that this host was asked for; what its job file holds.
 *
 * @param acceptedAtMillis since the epoch, by this host's clock: the start of the work
 */
record Job(
    JobId id,
    ShardName shard,
    SeedingPurpose purpose,
    SeedingOrigin origin,
    long acceptedAtMillis,
    JobState state)
    implements HostJob {

  /** Refuses a job file that says null. */
  Job {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(shard, "shard");
    Objects.requireNonNull(purpose, "purpose");
    Objects.requireNonNull(origin, "origin");
    Objects.requireNonNull(state, "state");
  }

  /** Takes up an assignment. */
  static Job accept(SeedingAssigned assigned, Instant now) {
    return new Job(
        JobId.of(assigned),
        assigned.shard(),
        assigned.purpose(),
        assigned.origin(),
        now.toEpochMilli(),
        RestoreMachine.accept(assigned));
  }

  @Override
  public String stateName() {
    return state.getClass().getSimpleName();
  }

  Job with(JobState newState) {
    return new Job(id, shard, purpose, origin, acceptedAtMillis, newState);
  }

  /** The backup that it is made from, if it is made from one. */
  @Nullable String backup() {
    return switch (origin) {
      case SeedingOrigin.Backup backup -> backup.backup();
      case SeedingOrigin.Donor _ -> null;
    };
  }

  /** Where its server listens or will listen, once that is known. */
  @Nullable ServerAddress address(String hostAddress) {
    JobState.Slot slot = JobState.slotOf(state);
    return slot == null ? null : new ServerAddress(hostAddress, slot.port());
  }

  /** What the host's heartbeat says about it. */
  HostStatus.HeldServer held(String hostAddress) {
    HeldState held =
        switch (state) {
          case JobState.Accepted _,
              JobState.Fetching _,
              JobState.Starting _,
              JobState.Verifying _ ->
              HeldState.MAKING;
          case JobState.Restored _ -> HeldState.RESTORED;
          case JobState.Kept _ -> HeldState.KEPT;
          case JobState.Failing _, JobState.Failed _, JobState.Removing _ -> HeldState.FAILED;
        };
    return new HostStatus.HeldServer(shard, id.seeding(), id.attempt(), held, address(hostAddress));
  }
}

package io.reseed.restore;

import io.reseed.agent.AgentSnapshot;
import io.reseed.events.BackupRestored;
import io.reseed.events.Event;
import io.reseed.events.HostStatus;
import io.reseed.events.SeedingAssigned;
import io.reseed.events.SeedingFailed;
import io.reseed.fleet.ServerAddress;
import io.reseed.restore.JobState.Failed;
import io.reseed.restore.JobState.Restored;
import java.time.Instant;
import java.util.List;

/** What this host publishes about its jobs. Pure. */
final class RestoreReports {
  private static final int SERVERS_MAX = 1_000;

  private RestoreReports() {}

  /** What a job's state means to its coordinator. */
  static Event of(Job job, HostProfile host) {
    return switch (job.state()) {
      case Restored restored -> restored(job, restored, host);
      case Failed failed -> failed(job, failed, host);
      case JobState.Accepted _,
          JobState.Fetching _,
          JobState.Starting _,
          JobState.Verifying _,
          JobState.Kept _,
          JobState.Failing _,
          JobState.Removing _ ->
          throw new IllegalStateException("nothing to report in state " + job.state());
    };
  }

  private static BackupRestored restored(Job job, Restored restored, HostProfile host) {
    return new BackupRestored(
        job.shard(),
        job.id().seeding(),
        job.id().attempt(),
        job.purpose(),
        host.name(),
        new ServerAddress(host.address(), restored.slot().port()),
        restored.proof().serverUuid(),
        job.origin(),
        restored.proof().gtidSet(),
        restored.copy().bytesRead(),
        restored.copy().bytesWritten(),
        restored.proof().durationMillis());
  }

  private static SeedingFailed failed(Job job, Failed failed, HostProfile host) {
    return new SeedingFailed(
        job.shard(),
        job.id().seeding(),
        job.id().attempt(),
        job.purpose(),
        host.name(),
        failed.stage(),
        failed.failure(),
        job.backup());
  }

  /** Whose heartbeat is published when, and after which other. */
  record Beat(String identity, long sequence, Instant at) {}

  /** The host's heartbeat. A host whose agent does nothing offers no slots. */
  static HostStatus status(
      AgentSnapshot<SeedingAssigned, Job> held, HostProfile host, long bytesFree, Beat beat) {
    List<HostStatus.HeldServer> servers =
        held.jobs().stream().map(job -> job.held(host.address())).limit(SERVERS_MAX).toList();
    return new HostStatus(
        host.name(),
        host.pool(),
        host.zone(),
        host.address(),
        bytesFree,
        held.idleReason().isEmpty() ? host.slots() : 0,
        servers,
        beat.sequence(),
        beat.at(),
        beat.identity());
  }
}

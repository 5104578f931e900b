package io.reseed.restore;

import io.reseed.events.BackupRestored;
import io.reseed.events.Event;
import io.reseed.events.HostStatus;
import io.reseed.events.SeedingFailed;
import io.reseed.events.SeedingProgress;
import io.reseed.events.SeedingStage;
import io.reseed.fleet.ServerAddress;
import io.reseed.kafka.EventPublisher;
import io.reseed.kafka.EventTopics;
import io.reseed.restore.JobState.Failed;
import io.reseed.restore.JobState.Restored;
import java.time.InstantSource;

/** Says on Kafka what this host did and holds. Thread-safe. */
final class Announcements {
  private final HostProfile host;
  private final EventTopics topics;
  private final EventPublisher publisher;
  private final InstantSource clock;

  Announcements(
      HostProfile host, EventTopics topics, EventPublisher publisher, InstantSource clock) {
    this.host = host;
    this.topics = topics;
    this.publisher = publisher;
    this.clock = clock;
  }

  /**
   * Publishes what the job's state means to its coordinator; returns when Kafka confirmed it.
   *
   * @throws org.apache.kafka.common.KafkaException when it may not have been written: repeat it
   */
  void announce(Job job) throws InterruptedException {
    switch (job.state()) {
      case Restored restored -> publish(restored(job, restored));
      case Failed failed -> publish(failed(job, failed));
      case JobState.Accepted _,
          JobState.Fetching _,
          JobState.Starting _,
          JobState.Verifying _,
          JobState.Kept _,
          JobState.Failing _,
          JobState.Removing _ ->
          throw new IllegalStateException("nothing to announce in state " + job.state());
    }
  }

  /** Publishes a sign of life; the same errors as {@link #announce}. */
  void progress(Job job, ProgressMeter.Reading reading) throws InterruptedException {
    publish(
        new SeedingProgress(
            job.shard(),
            job.id().seeding(),
            job.id().attempt(),
            job.purpose(),
            host.name(),
            SeedingStage.RESTORE,
            SeedingProgress.Unit.BYTES,
            reading.bytesDone(),
            reading.bytesTotal(),
            reading.bytesPerSecond(),
            reading.note()));
  }

  /** Publishes the host's heartbeat; the same errors as {@link #announce}. */
  void heartbeat(HostStatus status) throws InterruptedException {
    publish(status);
  }

  private void publish(Event event) throws InterruptedException {
    publisher.publishAndWait(topics.publication(event, clock.instant()));
  }

  private BackupRestored restored(Job job, Restored restored) {
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

  private SeedingFailed failed(Job job, Failed failed) {
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
}

package io.reseed.failover.probe;

import io.reseed.events.BackupStatus;
import io.reseed.events.Event;
import io.reseed.events.Topic;
import io.reseed.fleet.BackupId;
import io.reseed.fleet.ShardName;
import io.reseed.kafka.FollowedTopic;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which backups the pipeline holds for suspected, by its own status. Nothing waits for it: while
 * that is not known, none is. Thread-safe.
 */
public final class SuspectedBackups implements AutoCloseable {
  private final FollowedTopic<Set<BackupId>> statuses;

  /** Begins to read the statuses, of which little is kept. */
  public SuspectedBackups(FollowedTopic.Source source) {
    statuses =
        FollowedTopic.open(
            source,
            new FollowedTopic.Subject<>(Topic.BACKUP_STATUS, SuspectedBackups::suspected),
            new FollowedTopic.Listener<>() {});
  }

  private static Set<BackupId> suspected(Event event) {
    return event instanceof BackupStatus status
        ? status.backups().stream()
            .filter(backup -> backup.suspected() != null && BackupId.isValid(backup.backup()))
            .map(backup -> new BackupId(backup.backup()))
            .collect(Collectors.toUnmodifiableSet())
        : Set.of();
  }

  Set<BackupId> of(ShardName shard) {
    return statuses.snapshot().orElseGet(Map::of).getOrDefault(shard.toString(), Set.of());
  }

  /** Stops reading. */
  @Override
  public void close() {
    statuses.close();
  }
}

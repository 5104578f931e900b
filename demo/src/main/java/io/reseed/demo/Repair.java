package io.reseed.demo;

import io.reseed.events.BackupRestored;
import io.reseed.fleet.ServerAddress;
import io.reseed.fleet.ShardName;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One shard's repair after a kill: when it reached which stage, and what it moved. Thread-safe. */
final class Repair {
  private final ShardName shard;
  private final ServerAddress killed;
  private final Instant killedAt;
  private final Map<Stage, Instant> stages = new EnumMap<>(Stage.class);
  private @Nullable ServerAddress promoted;
  private @Nullable BackupRestored restored;
  private long bytesSentByPrimary = -1;

  Repair(ShardName shard, ServerAddress killed, Instant killedAt) {
    this.shard = shard;
    this.killed = killed;
    this.killedAt = killedAt;
  }

  public ShardName shard() {
    return shard;
  }

  /** The primary that was killed. */
  public ServerAddress killed() {
    return killed;
  }

  /** Notes the first time that a stage was reached; false when it was known. */
  synchronized boolean reached(Stage stage, Instant at) {
    return stages.putIfAbsent(stage, at) == null;
  }

  /** When a stage was reached. */
  public synchronized Optional<Instant> at(Stage stage) {
    return Optional.ofNullable(stages.get(stage));
  }

  /** From the kill to a stage. */
  public Optional<Duration> after(Stage stage) {
    return at(stage).map(at -> Duration.between(killedAt, at));
  }

  synchronized void promoted(ServerAddress server) {
    promoted = server;
  }

  synchronized void restored(BackupRestored event) {
    restored = event;
  }

  synchronized void bytesSentByPrimary(long bytes) {
    bytesSentByPrimary = bytes;
  }

  /** The new primary. */
  public synchronized Optional<ServerAddress> promoted() {
    return Optional.ofNullable(promoted);
  }

  /** The server that was made. */
  public synchronized Optional<ServerAddress> made() {
    return Optional.ofNullable(restored).map(event -> event.server());
  }

  /** The restore's own words. */
  public synchronized Optional<BackupRestored> restored() {
    return Optional.ofNullable(restored);
  }

  /** What the new primary sent to the new replica until the proof; negative while unknown. */
  public synchronized long bytesSentByPrimary() {
    return bytesSentByPrimary;
  }
}

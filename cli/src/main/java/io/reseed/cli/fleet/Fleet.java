package io.reseed.cli.fleet;

import io.reseed.cli.invocation.CliException;
import io.reseed.events.BackupStatus;
import io.reseed.events.Event;
import io.reseed.events.HostStatus;
import io.reseed.events.ProofAssigned;
import io.reseed.events.SeedingAssigned;
import io.reseed.events.SeedingProgress;
import io.reseed.events.ShardDeclared;
import io.reseed.events.ShardStatus;
import io.reseed.events.Topic;
import io.reseed.events.WorkPaused;
import io.reseed.events.codec.DecodedEvent;
import io.reseed.fleet.ShardName;
import java.time.Instant;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What the topics say about a fleet: the newest record of each key. Newest by the record's time, as
 * records of one key that different publishers wrote may lie on different partitions.
 */
public final class Fleet {
  /** The compacted topics that tell the picture. */
  public static final Set<Topic> PICTURES =
      Set.of(
          Topic.SHARD_DECLARED,
          Topic.HOST_STATUS,
          Topic.SEEDING_ASSIGNED,
          Topic.PROOF_ASSIGNED,
          Topic.SHARD_STATUS,
          Topic.BACKUP_STATUS,
          Topic.WORK_PAUSED);

  /** Those of them that tell about backups. */
  public static final Set<Topic> BACKUP_PICTURES =
      Set.of(Topic.SHARD_DECLARED, Topic.BACKUP_STATUS);

  private final Map<Topic, Map<String, Received>> newest = new EnumMap<>(Topic.class);
  private final HostNames hostNames = new HostNames();
  private long recordsUnreadable;

  /** An event, or null for a tombstone, and when Kafka got it. */
  private record Received(@Nullable Event event, Instant at) {}

  /**
   * A seeding in flight.
   *
   * @param proof what the proof agent shall reach with the server of the current attempt
   */
  public record Seeding(
      SeedingAssigned assigned, Optional<ProofAssigned> proof, Optional<Progress> progress) {

    /** What it is all about now: what shall be proven, else what shall become of the server. */
    public String goal() {
      return proof.map(it -> it.goal().toString()).orElseGet(() -> assigned.goal().toString());
    }
  }

  /** How far a seeding's current attempt is. */
  public record Progress(SeedingProgress event, Instant receivedAt) {

    /** 0 to 100, absent while the total is unknown. */
    public Optional<Integer> percent() {
      return event.total() == 0
          ? Optional.empty()
          : Optional.of((int) Math.min(100, event.done() * 100.0 / event.total()));
    }

    /** At the present rate, absent while rate or total are unknown. */
    public Optional<Long> secondsLeft() {
      return event.total() == 0 || event.ratePerSecond() == 0
          ? Optional.empty()
          : Optional.of(Math.max(0, event.total() - event.done()) / event.ratePerSecond());
    }
  }

  /** Takes one record in. */
  void add(Topic topic, DecodedEvent decoded, Instant at) {
    switch (decoded) {
      case DecodedEvent.Valid valid -> put(topic, keyOf(valid.event()), valid.event(), at);
      case DecodedEvent.Tombstone tombstone -> put(topic, tombstone.key(), null, at);
      case DecodedEvent.Rejected rejected -> recordsUnreadable++;
    }
  }

  private static String keyOf(Event event) {
    return event instanceof SeedingProgress progress ? progress.seeding() : event.key();
  }

  private void put(Topic topic, String key, @Nullable Event event, Instant at) {
    if (topic == Topic.HOST_STATUS) {
      hostNames.heard(key, (HostStatus) event, at);
    }
    newest
        .computeIfAbsent(topic, it -> new HashMap<>())
        .merge(
            key,
            new Received(event, at),
            (old, young) -> young.at().isBefore(old.at()) ? old : young);
  }

  /** Records that could not be read; services put such into the dead letters. */
  public long recordsUnreadable() {
    return recordsUnreadable;
  }

  public List<ShardDeclared> declared(Set<ShardName> only) {
    return all(Topic.SHARD_DECLARED, ShardDeclared.class).stream()
        .filter(declared -> wanted(only, declared.shard()))
        .toList();
  }

  public List<ShardStatus> shards(Set<ShardName> only) {
    return all(Topic.SHARD_STATUS, ShardStatus.class).stream()
        .filter(shard -> wanted(only, shard.shard()))
        .toList();
  }

  /** Declared shards of which the failover-detector said nothing yet. */
  public List<ShardDeclared> shardsUnknown(Set<ShardName> only) {
    List<ShardName> known = shards(only).stream().map(ShardStatus::shard).toList();
    return declared(only).stream().filter(it -> !known.contains(it.shard())).toList();
  }

  public List<BackupStatus> backups(Set<ShardName> only) {
    return all(Topic.BACKUP_STATUS, BackupStatus.class).stream()
        .filter(backups -> wanted(only, backups.shard()))
        .toList();
  }

  /** Shards in Reseed's care without a proven backup, as far as the validator-service said. */
  public SortedSet<ShardName> unproven(Set<ShardName> only) {
    SortedSet<ShardName> unproven = new TreeSet<>();
    declared(only).forEach(declared -> unproven.add(declared.shard()));
    for (BackupStatus backups : backups(only)) {
      if (backups.proven()) {
        unproven.remove(backups.shard());
      } else {
        unproven.add(backups.shard());
      }
    }
    return unproven;
  }

  /** Ends the command for mistyped names: nothing found would read as if nothing were wrong. */
  public void refuseUnknown(Set<ShardName> only) {
    SortedSet<ShardName> unknown = new TreeSet<>(only);
    declared(only).forEach(declared -> unknown.remove(declared.shard()));
    backups(only).forEach(backups -> unknown.remove(backups.shard()));
    if (!unknown.isEmpty()) {
      throw CliException.failed(
          "nobody declared " + unknown + ", and no backups of it are known",
          "see the names of the shards with 'reseed status'");
    }
  }

  /** {@link #refuseUnknown}, but for shards that a status tells of, though nobody declared them. */
  public void refuseUnseen(Set<ShardName> only) {
    Set<ShardName> unseen = new TreeSet<>(only);
    shards(only).forEach(status -> unseen.remove(status.shard()));
    if (!unseen.isEmpty()) {
      refuseUnknown(unseen);
    }
  }

  /** What operators paused and what holds at that time. */
  public List<WorkPaused> paused(Instant now) {
    return all(Topic.WORK_PAUSED, WorkPaused.class).stream()
        .filter(pause -> pause.holdsAt(now))
        .toList();
  }

  public List<HostStatus> hosts() {
    return all(Topic.HOST_STATUS, HostStatus.class);
  }

  /** What other hosts said lately under a host's name. */
  public List<HostStatus> namesakes(HostStatus host) {
    return hostNames.namesakes(host);
  }

  public List<Seeding> seedings(Set<ShardName> only) {
    return all(Topic.SEEDING_ASSIGNED, SeedingAssigned.class).stream()
        .filter(assigned -> wanted(only, assigned.shard()))
        .sorted(Comparator.comparing(SeedingAssigned::shard))
        .map(assigned -> new Seeding(assigned, proof(assigned), progress(assigned)))
        .toList();
  }

  private Optional<ProofAssigned> proof(SeedingAssigned assigned) {
    Received heard = heard(Topic.PROOF_ASSIGNED, assigned.seeding());
    return heard != null
            && heard.event() instanceof ProofAssigned proof
            && proof.attempt() == assigned.attempt()
        ? Optional.of(proof)
        : Optional.empty();
  }

  private Optional<Progress> progress(SeedingAssigned assigned) {
    Received heard = heard(Topic.SEEDING_PROGRESS, assigned.seeding());
    return heard != null
            && heard.event() instanceof SeedingProgress progress
            && progress.attempt() == assigned.attempt()
        ? Optional.of(new Progress(progress, heard.at()))
        : Optional.empty();
  }

  private @Nullable Received heard(Topic topic, String key) {
    return newest.getOrDefault(topic, Map.of()).get(key);
  }

  private static boolean wanted(Set<ShardName> only, ShardName shard) {
    return only.isEmpty() || only.contains(shard);
  }

  private <E extends Event> List<E> all(Topic topic, Class<E> type) {
    return newest.getOrDefault(topic, Map.of()).values().stream()
        .map(Received::event)
        .filter(type::isInstance)
        .map(type::cast)
        .sorted(Comparator.comparing(Event::key))
        .toList();
  }
}

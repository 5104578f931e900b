package io.reseed.demo;

import io.reseed.events.BackupCreated;
import io.reseed.events.BackupRestored;
import io.reseed.events.BackupValidated;
import io.reseed.events.ReplicaCaughtUp;
import io.reseed.events.SeedingOrigin;
import io.reseed.events.SeedingStage;
import io.reseed.events.ServerChecked;
import io.reseed.events.ValidationFailed;
import io.reseed.events.check.CheckResult;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One cycle of the backup pipeline: what its newest attempt reported, how long that took, and what
 * it moved. Thread-safe.
 */
final class Cycle {
  private final String seeding;
  private final Map<SeedingStage, Duration> stages = new EnumMap<>(SeedingStage.class);
  private final Map<SeedingStage, List<CheckResult>> checks = new EnumMap<>(SeedingStage.class);
  private int attempt;
  private @Nullable SeedingOrigin origin;
  private @Nullable BackupRestored restored;
  private @Nullable ReplicaCaughtUp caughtUp;
  private @Nullable BackupCreated created;
  private @Nullable BackupValidated validated;
  private @Nullable ValidationFailed failure;
  private @Nullable Duration whole;
  private Traffic.@Nullable Sent sent;

  Cycle(String seeding) {
    this.seeding = seeding;
  }

  /** The seeding of its dedicated server. */
  public String seeding() {
    return seeding;
  }

  /** Takes note of an attempt; false when a later one is known, and this one is history. */
  synchronized boolean isOfNewestAttempt(int number) {
    if (number > attempt) {
      attempt = number;
      stages.clear();
      checks.clear();
      restored = null;
      caughtUp = null;
      created = null;
    }
    return number == attempt;
  }

  synchronized void origin(SeedingOrigin from) {
    origin = from;
  }

  synchronized void restored(BackupRestored event) {
    restored = event;
    stages.put(SeedingStage.RESTORE, Duration.ofMillis(event.durationMillis()));
  }

  synchronized void caughtUp(ReplicaCaughtUp event) {
    caughtUp = event;
    stages.put(SeedingStage.CATCH_UP, Duration.ofMillis(event.durationMillis()));
  }

  synchronized void checked(ServerChecked event) {
    stages.put(event.stage(), Duration.ofMillis(event.durationMillis()));
    checks.put(event.stage(), event.checks());
  }

  synchronized void created(BackupCreated event) {
    created = event;
    stages.put(SeedingStage.SNAPSHOT, Duration.ofMillis(event.durationMillis()));
  }

  synchronized void validated(BackupValidated event) {
    validated = event;
  }

  synchronized void failed(ValidationFailed event) {
    failure = event;
  }

  synchronized void measured(Duration fromRequestToEnd, Traffic.Sent bytes) {
    whole = fromRequestToEnd;
    sent = bytes;
  }

  /** Whether a running server was cloned for it, rather than a backup restored. */
  public synchronized boolean isFresh() {
    return origin instanceof SeedingOrigin.Donor;
  }

  /** The clone with which it began, once that was made. */
  synchronized Optional<Traffic.Cloned> cloned() {
    return restored != null && restored.origin() instanceof SeedingOrigin.Donor donor
        ? Optional.of(new Traffic.Cloned(donor.donor(), restored.bytesRead()))
        : Optional.empty();
  }

  /** The backup that it restores. */
  public synchronized Optional<String> prior() {
    return origin instanceof SeedingOrigin.Backup backup
        ? Optional.of(backup.backup())
        : Optional.empty();
  }

  /** What it reported of the catch-up. */
  public synchronized Optional<ReplicaCaughtUp> caughtUp() {
    return Optional.ofNullable(caughtUp);
  }

  /** The backup that it made. */
  public synchronized Optional<BackupCreated> created() {
    return Optional.ofNullable(created);
  }

  /** Its proof of the backup that it restored. */
  public synchronized Optional<BackupValidated> validated() {
    return Optional.ofNullable(validated);
  }

  /** Why it proved nothing. */
  public synchronized Optional<ValidationFailed> failure() {
    return Optional.ofNullable(failure);
  }

  /** How long a stage took, by its own report. */
  public synchronized Optional<Duration> took(SeedingStage stage) {
    return Optional.ofNullable(stages.get(stage));
  }

  /** From the request to the end, as it was seen from outside. */
  public synchronized Optional<Duration> whole() {
    return Optional.ofNullable(whole);
  }

  /** What the shard's servers sent for it. */
  public synchronized Optional<Traffic.Sent> sent() {
    return Optional.ofNullable(sent);
  }

  /**
   * Spent in checks after the restore and after the read-back. Pages are checked while they are
   * read for the snapshot, which has no time of its own.
   */
  public synchronized Duration inChecks() {
    return Duration.ofMillis(
        checks.values().stream()
            .flatMap(List::stream)
            .mapToLong(CheckResult::durationMillis)
            .sum());
  }
}

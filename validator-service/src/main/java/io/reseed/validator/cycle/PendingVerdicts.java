package io.reseed.validator.cycle;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.reseed.events.BackupStatus;
import io.reseed.events.Evidence;
import io.reseed.fleet.Failure;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Verdicts that do not stand in the repository yet, oldest first. One is written after the other,
 * so that of two about the same backup the later one stays.
 *
 * @param newest the number of the last one that was decided
 * @param asked whether the writing of the first one is out
 * @param failure why it could not be written, when it was last tried
 * @param retryAt when to try again; absent for now
 */
record PendingVerdicts(
    long newest,
    List<Decided> waiting,
    boolean asked,
    @Nullable Failure failure,
    @Nullable Instant retryAt) {
  static final PendingVerdicts NONE = new PendingVerdicts(0, List.of(), false, null, null);

  /** Far more than a shard can decide while its store is away; the oldest go first. */
  private static final int VERDICTS_MAX = 20;

  /**
   * One verdict.
   *
   * @param degree RESTORABLE, VALIDATED or UNHEALTHY
   * @param reason one sentence
   * @param evidence absent for a condemnation
   * @param seeding the server that showed it
   * @param next the backup that was made of that server, if one was
   */
  record Decided(
      long number,
      Plan.Prior backup,
      BackupStatus.Degree degree,
      Instant decidedAt,
      String reason,
      @Nullable Evidence evidence,
      @Nullable String seeding,
      @Nullable String next) {
    /** The backup as people are shown it. */
    BackupStatus.Backup over(BackupStatus.Backup old) {
      return new BackupStatus.Backup(
          old.backup(),
          degree,
          old.gtidSet(),
          old.bytesRaw(),
          old.bytesStored(),
          old.createdAt(),
          reason,
          evidence,
          old.suspected(),
          old.unusable());
    }
  }

  PendingVerdicts {
    waiting = List.copyOf(waiting);
  }

  PendingVerdicts with(Decided verdict) {
    List<Decided> all = new ArrayList<>(waiting);
    all.add(verdict);
    if (all.size() > VERDICTS_MAX) {
      all.remove(asked ? 1 : 0);
    }
    return new PendingVerdicts(verdict.number(), all, asked, failure, retryAt);
  }

  PendingVerdicts askedNow() {
    return new PendingVerdicts(newest, waiting, true, failure, null);
  }

  PendingVerdicts refused(Failure cause, Instant until) {
    return new PendingVerdicts(newest, waiting, false, cause, until);
  }

  /** What was out may have got lost. */
  PendingVerdicts retry() {
    return new PendingVerdicts(newest, waiting, false, failure, null);
  }

  PendingVerdicts without(long number) {
    List<Decided> rest = waiting.stream().filter(v -> v.number() != number).toList();
    return new PendingVerdicts(newest, rest, false, null, null);
  }

  /** The one that is to be written first. */
  @JsonIgnore
  Optional<Decided> first() {
    return waiting.stream().findFirst();
  }

  /** The first one, if its answer is awaited. */
  Optional<Decided> awaited(long number) {
    return asked ? first().filter(v -> v.number() == number) : Optional.empty();
  }

  boolean due(Instant now) {
    return !waiting.isEmpty() && !asked && (retryAt == null || !retryAt.isAfter(now));
  }

  /** When to try again. */
  @JsonIgnore
  Stream<Instant> wakeAt() {
    return waiting.isEmpty() || asked || retryAt == null ? Stream.empty() : Stream.of(retryAt);
  }

  /** What the repository holds, as it will be. */
  List<BackupStatus.Backup> over(List<BackupStatus.Backup> backups) {
    return backups.stream().map(this::over).toList();
  }

  private BackupStatus.Backup over(BackupStatus.Backup backup) {
    BackupStatus.Backup shown = backup;
    for (Decided verdict : waiting) {
      if (verdict.backup().backup().equals(backup.backup())) {
        shown = verdict.over(shown);
      }
    }
    return shown;
  }
}

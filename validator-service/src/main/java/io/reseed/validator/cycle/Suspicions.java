package io.reseed.validator.cycle;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.reseed.events.BackupStatus;
import io.reseed.events.SeedingFailed;
import io.reseed.events.SeedingStage;
import io.reseed.fleet.ShortenedText;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Backups of which somebody said that they are bad. Who may write to Kafka can say so, hence it
 * condemns nobody: each is examined, one after the other.
 *
 * @param open not examined since, oldest first
 * @param notBefore when the next one may be examined; absent: at once. What comes to nothing is
 *     followed by a pause, so that no sayings keep the hosts busy
 */
record Suspicions(List<Suspicion> open, @Nullable Instant notBefore) {
  static final Suspicions NONE = new Suspicions(List.of(), null);

  /** More than one shard's replicas can have failed of before the first is examined. */
  private static final int OPEN_MAX = 20;

  private static final int MESSAGE_CHARACTERS_MAX = 300;

  /**
   * One of them.
   *
   * @param seeding the replica that is said to have shown it
   * @param since when it was first said; only what was restored later shows anything
   * @param unexamined what its last examination failed of, for no fault of the backup
   * @param during the cycle that was in flight then; what it restored says nothing
   */
  record Suspicion(
      String backup,
      String seeding,
      SeedingStage stage,
      String code,
      String message,
      Instant since,
      @Nullable String unexamined,
      @Nullable String during) {
    static Suspicion of(String backup, SeedingFailed failed, Instant now, @Nullable String during) {
      String message = ShortenedText.of(failed.failure().message(), MESSAGE_CHARACTERS_MAX);
      return new Suspicion(
          backup,
          failed.seeding(),
          failed.stage(),
          failed.failure().code(),
          message,
          now,
          null,
          during);
    }

    /** Whether a cycle restored the backup after it was called bad. */
    boolean isOlderThan(Plan plan) {
      return during == null ? !plan.begunAt().isBefore(since) : !plan.seeding().equals(during);
    }

    private Suspicion takenUp(Instant now) {
      return since.isAfter(now) ? with(now, unexamined) : this;
    }

    private Suspicion with(Instant saidAt, @Nullable String failedOf) {
      return new Suspicion(backup, seeding, stage, code, message, saidAt, failedOf, during);
    }

    /** Why the backup is to be examined. */
    String reason() {
      return "replica %s is said to have failed of it (%s)".formatted(seeding, code);
    }

    /** For people. */
    String words() {
      String next =
          unexamined == null
              ? "An examination shows whether that is so."
              : "Its examination failed (%s); another follows.".formatted(unexamined);
      return "%s at %s of replica %s: %s %s".formatted(code, stage, seeding, message, next);
    }
  }

  Suspicions {
    open = List.copyOf(open);
  }

  /** Nothing was said later than now, and nothing is put off for longer than until the latest. */
  Suspicions takenUp(Instant now, Instant latest) {
    List<Suspicion> all = open.stream().map(suspicion -> suspicion.takenUp(now)).toList();
    return new Suspicions(all, Schedule.atMost(notBefore, latest));
  }

  Optional<Suspicion> of(String backup) {
    return open.stream().filter(s -> s.backup().equals(backup)).findFirst();
  }

  /** What was said first stays; what does not fit any more is dropped. */
  Suspicions with(Suspicion suspicion) {
    if (of(suspicion.backup()).isPresent() || open.size() >= OPEN_MAX) {
      return this;
    }
    List<Suspicion> all = new ArrayList<>(open);
    all.add(suspicion);
    return new Suspicions(all, notBefore);
  }

  boolean full() {
    return open.size() >= OPEN_MAX;
  }

  Suspicions without(String backup) {
    return keeping(s -> !s.backup().equals(backup));
  }

  /** What is gone, or condemned, needs no examination. */
  Suspicions among(KnownBackups backups) {
    return keeping(s -> backups.usable(s.backup()));
  }

  private Suspicions keeping(Predicate<Suspicion> kept) {
    return new Suspicions(open.stream().filter(kept).toList(), notBefore);
  }

  /** A backup turned out to be sound. */
  Suspicions acquitted(String backup, Instant nextNotBefore) {
    return new Suspicions(without(backup).open(), nextNotBefore);
  }

  /** Whether a backup is sound could not be found out. */
  Suspicions unexamined(@Nullable String backup, String code, Instant nextNotBefore) {
    List<Suspicion> all =
        open.stream().map(s -> s.backup().equals(backup) ? s.with(s.since(), code) : s).toList();
    return new Suspicions(all, nextNotBefore);
  }

  /** The one that is to be examined next; what cannot catch up shows nothing. */
  Optional<Suspicion> next(KnownBackups backups) {
    return open.stream().filter(s -> backups.fitting(s.backup())).findFirst();
  }

  /** From when on it may be examined. */
  Instant examinableAt(Suspicion suspicion) {
    return notBefore != null && notBefore.isAfter(suspicion.since())
        ? notBefore
        : suspicion.since();
  }

  @JsonIgnore
  List<String> backups() {
    return open.stream().map(Suspicion::backup).toList();
  }

  /** A backup as people are shown it. */
  BackupStatus.Backup shown(BackupStatus.Backup backup) {
    return of(backup.backup()).map(s -> backup.suspected(s.words())).orElse(backup);
  }
}

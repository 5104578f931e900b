package io.reseed.validator;

import io.reseed.events.BackupStatus;
import io.reseed.events.CycleKind;
import io.reseed.events.Failure;
import io.reseed.events.ShardName;
import io.reseed.validator.Cycle.Active;
import io.reseed.validator.Cycle.Exhausted;
import io.reseed.validator.Cycle.Idle;
import io.reseed.validator.Cycle.Seeking;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** What people are shown of a shard's backup pipeline. */
final class CycleStatus {
  private CycleStatus() {}

  /** Whether the two states look the same to people. */
  static boolean samePicture(CycleState before, CycleState after) {
    Topology topology = after.topology();
    if (topology == null || before.topology() == null) {
      return topology == null && before.topology() == null;
    }
    return of(topology.shard(), before, Instant.EPOCH)
        .equals(of(topology.shard(), after, Instant.EPOCH));
  }

  static BackupStatus of(ShardName shard, CycleState state, Instant at) {
    return new BackupStatus(
        shard,
        headline(state),
        failure(state),
        false,
        cycle(state),
        null,
        state.listing().backups(),
        at);
  }

  private static String headline(CycleState state) {
    return switch (state.cycle()) {
      case Idle _ -> restingHeadline(state.listing());
      case Active active ->
          "A fresh full backup is made on host %s: attempt %d, stage %s."
              .formatted(
                  active.assignment().host(), active.assignment().attempt(), active.life().stage());
      case Seeking seeking when seeking.obstacle() != null ->
          "There is no usable backup, and none can be made now: " + seeking.obstacle().code();
      case Seeking seeking when seeking.plan().lastFailure() != null ->
          "There is no usable backup; attempt %d failed (%s), another follows."
              .formatted(seeking.plan().attempt(), seeking.plan().lastFailure().code());
      case Seeking _ -> "There is no usable backup; a place for making one is looked for.";
      case Exhausted exhausted ->
          "There is no usable backup, and %d attempts to make one failed; tried again at %s."
              .formatted(exhausted.plan().attempt(), seconds(exhausted.retryAt()));
    };
  }

  private static String restingHeadline(Listing listing) {
    if (!listing.known()) {
      return "The repository was not read yet.";
    }
    return listing.backups().stream()
        .filter(backup -> backup.degree() != BackupStatus.Degree.UNHEALTHY)
        .findFirst()
        .map(newest -> "The newest backup is of " + seconds(newest.createdAt()) + ".")
        .orElse("There is no usable backup.");
  }

  /** What stands in the way now goes before what failed earlier. */
  private static @Nullable Failure failure(CycleState state) {
    Failure blind = state.listing().failure();
    if (blind != null) {
      return blind;
    }
    return switch (state.cycle()) {
      case Seeking seeking ->
          seeking.obstacle() != null ? seeking.obstacle() : seeking.plan().lastFailure();
      case Exhausted exhausted -> exhaustion(exhausted);
      case Idle _, Active _ -> null;
    };
  }

  private static Failure exhaustion(Exhausted exhausted) {
    Failure last = exhausted.failure();
    return new Failure(
        "BACKUP_ATTEMPTS_EXHAUSTED",
        last.failureClass(),
        "%d attempts of %s failed, the last one with %s: %s"
            .formatted(
                exhausted.plan().attempt(),
                exhausted.plan().seeding(),
                last.code(),
                Failures.cut(last.message())),
        Failures.cut(last.hint())
            + " Another cycle begins at "
            + seconds(exhausted.retryAt())
            + ".");
  }

  private static BackupStatus.@Nullable Cycle cycle(CycleState state) {
    return state.cycle() instanceof Active active
        ? new BackupStatus.Cycle(
            active.assignment().seeding(),
            active.assignment().attempt(),
            active.assignment().host(),
            active.life().stage(),
            CycleKind.FRESH,
            null)
        : null;
  }

  private static Instant seconds(Instant time) {
    return time.truncatedTo(ChronoUnit.SECONDS);
  }
}

package io.reseed.demo;

import io.reseed.events.BackupCreated;
import io.reseed.events.BackupRequested;
import io.reseed.events.BackupRestored;
import io.reseed.events.BackupStatus;
import io.reseed.events.BackupStatus.Degree;
import io.reseed.events.BackupValidated;
import io.reseed.events.DeadLetter;
import io.reseed.events.FailoverFact;
import io.reseed.events.HostStatus;
import io.reseed.events.PrimaryFailed;
import io.reseed.events.ProofAssigned;
import io.reseed.events.ReplicaCaughtUp;
import io.reseed.events.SeedingAssigned;
import io.reseed.events.SeedingFailed;
import io.reseed.events.SeedingProgress;
import io.reseed.events.SeedingPurpose;
import io.reseed.events.SeedingStage;
import io.reseed.events.ServerChecked;
import io.reseed.events.ShardDeclared;
import io.reseed.events.ShardStatus;
import io.reseed.events.ValidationFailed;
import io.reseed.events.ValidationRequested;
import io.reseed.events.WorkPaused;
import io.reseed.fleet.ShardName;
import io.reseed.installation.EventFeed.Seen;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Follows one shard's cycles of the backup pipeline by the public topics alone, and shows them.
 * Topics are read side by side, so what was said first may be heard last. Thread-safe.
 */
final class CycleWatch implements Consumer<Seen> {
  private final CycleTeller teller;
  private final ShardName shard;
  private final Set<String> earlier;
  private final List<Cycle> cycles = new ArrayList<>();
  private final Map<String, Degree> told = new HashMap<>();
  private @Nullable BackupStatus newest;
  private @Nullable ValidationFailed failure;

  /**
   * Shows nothing and waits for nothing yet.
   *
   * @param earlier seedings of former cycles, which no longer count
   */
  CycleWatch(Screen screen, ShardName shard, Collection<String> earlier) {
    this.teller = new CycleTeller(screen, shard);
    this.shard = shard;
    this.earlier = Set.copyOf(earlier);
  }

  /** Waits until a cycle made a backup that was read back, and proved the one it set out from. */
  synchronized boolean awaitProof(Duration timeout) throws InterruptedException {
    long deadline = System.nanoTime() + timeout.toNanos();
    while (proving().isEmpty()) {
      long leftMillis = (deadline - System.nanoTime()) / 1_000_000;
      if (leftMillis <= 0) {
        return false;
      }
      wait(leftMillis);
    }
    return true;
  }

  /** The cycle for which {@link #awaitProof} waited. */
  synchronized Optional<Cycle> proving() {
    return cycles.stream().filter(this::isDone).findFirst();
  }

  private boolean isDone(Cycle cycle) {
    boolean readBack =
        cycle
            .created()
            .map(created -> degree(created.backup()))
            .filter(degree -> degree == Degree.RESTORABLE || degree == Degree.VALIDATED)
            .isPresent();
    return readBack && (cycle.isFresh() || cycle.validated().isPresent());
  }

  /** All cycles so far, in the order in which they were first heard of. */
  synchronized List<Cycle> cycles() {
    return List.copyOf(cycles);
  }

  /** The newest {@code validation-failed}. */
  synchronized Optional<ValidationFailed> failure() {
    return Optional.ofNullable(failure);
  }

  /** How far a backup is proven, as {@code backup-status} has it; CREATED when it is not there. */
  synchronized Degree degree(String backup) {
    return newest == null
        ? Degree.CREATED
        : newest.backups().stream()
            .filter(one -> one.backup().equals(backup))
            .map(BackupStatus.Backup::degree)
            .findFirst()
            .orElse(Degree.CREATED);
  }

  @Override
  public synchronized void accept(Seen seen) {
    switch (seen.event()) {
      case SeedingAssigned made when concerns(made.shard(), made.purpose()) -> assigned(made);
      case ProofAssigned proof when concerns(proof.shard()) -> assigned(proof);
      case SeedingProgress progress when concerns(progress.shard(), progress.purpose()) ->
          progress(progress);
      case BackupRestored restored when concerns(restored.shard(), restored.purpose()) ->
          restored(restored);
      case ReplicaCaughtUp done when concerns(done.shard(), done.purpose()) -> caughtUp(done);
      case ServerChecked checked when concerns(checked.shard()) -> checked(checked);
      case BackupCreated created when concerns(created.shard()) -> created(created);
      case BackupValidated validated when concerns(validated.shard()) -> validated(validated);
      case SeedingFailed failed when concerns(failed.shard(), failed.purpose()) -> failed(failed);
      case ValidationFailed failed when concerns(failed.shard()) -> failed(failed);
      case BackupStatus status when concerns(status.shard()) -> status(status);
      case SeedingAssigned _, SeedingProgress _, BackupRestored _, ReplicaCaughtUp _ -> {}
      case ServerChecked _, BackupCreated _, BackupValidated _, SeedingFailed _ -> {}
      case ValidationFailed _, BackupStatus _, BackupRequested _, DeadLetter _, WorkPaused _ -> {}
      case HostStatus _, PrimaryFailed _, FailoverFact _, ShardDeclared _ -> {}
      case ProofAssigned _, ShardStatus _, ValidationRequested _ -> {}
    }
    notifyAll();
  }

  private boolean concerns(ShardName other) {
    return shard.equals(other);
  }

  private boolean concerns(ShardName other, SeedingPurpose purpose) {
    return concerns(other) && purpose == SeedingPurpose.VALIDATION;
  }

  /** The cycle of a report; empty for a former cycle's, and a former attempt's. */
  private Optional<Cycle> cycle(String seeding, int attempt) {
    return earlier.contains(seeding)
        ? Optional.empty()
        : Optional.of(cycle(seeding)).filter(cycle -> cycle.isOfNewestAttempt(attempt));
  }

  private Cycle cycle(String seeding) {
    for (Cycle cycle : cycles) {
      if (cycle.seeding().equals(seeding)) {
        return cycle;
      }
    }
    Cycle cycle = new Cycle(seeding);
    cycles.add(cycle);
    return cycle;
  }

  private void assigned(SeedingAssigned assignment) {
    cycle(assignment.seeding(), assignment.attempt())
        .ifPresent(
            cycle -> {
              cycle.origin(assignment.origin());
              teller.assigned(assignment);
            });
  }

  private void assigned(ProofAssigned assignment) {
    cycle(assignment.seeding(), assignment.attempt())
        .ifPresent(
            cycle -> {
              cycle.origin(assignment.origin());
              teller.assigned(assignment);
            });
  }

  private void progress(SeedingProgress progress) {
    cycle(progress.seeding(), progress.attempt())
        .filter(cycle -> cycle.failure().isEmpty() && isAhead(cycle, progress))
        .ifPresent(cycle -> teller.progress(progress, cycle.isFresh()));
  }

  /** Progress may be heard after the end of what progressed. */
  private static boolean isAhead(Cycle cycle, SeedingProgress progress) {
    for (SeedingStage stage : SeedingStage.values()) {
      if (stage.compareTo(progress.stage()) >= 0 && cycle.took(stage).isPresent()) {
        return false;
      }
    }
    return true;
  }

  private void restored(BackupRestored restored) {
    cycle(restored.seeding(), restored.attempt())
        .ifPresent(
            cycle -> {
              cycle.origin(restored.origin());
              cycle.restored(restored);
              teller.restored(restored);
            });
  }

  private void caughtUp(ReplicaCaughtUp done) {
    cycle(done.seeding(), done.attempt())
        .ifPresent(
            cycle -> {
              cycle.caughtUp(done);
              teller.caughtUp(done);
            });
  }

  private void checked(ServerChecked checked) {
    cycle(checked.seeding(), checked.attempt())
        .ifPresent(
            cycle -> {
              cycle.checked(checked);
              teller.checked(checked);
            });
  }

  private void created(BackupCreated created) {
    cycle(created.seeding(), created.attempt())
        .ifPresent(
            cycle -> {
              cycle.created(created);
              teller.created(created);
            });
    tellDegrees();
  }

  private void validated(BackupValidated validated) {
    if (!earlier.contains(validated.seeding())) {
      cycle(validated.seeding()).validated(validated);
      teller.validated(validated);
    }
  }

  private void failed(SeedingFailed failed) {
    cycle(failed.seeding(), failed.attempt()).ifPresent(cycle -> teller.failed(failed));
  }

  private void failed(ValidationFailed failed) {
    String seeding = failed.seeding();
    if (seeding == null || !earlier.contains(seeding)) {
      failure = failed;
      if (seeding != null) {
        cycle(seeding).failed(failed);
      }
      teller.failed(failed);
    }
  }

  private void status(BackupStatus status) {
    newest = status;
    tellDegrees();
  }

  /** Of backups that these cycles made: they are nothing new when the status is heard again. */
  private void tellDegrees() {
    for (Cycle cycle : cycles) {
      cycle
          .created()
          .map(BackupCreated::backup)
          .filter(backup -> degree(backup) != told.getOrDefault(backup, Degree.CREATED))
          .ifPresent(
              backup -> {
                told.put(backup, degree(backup));
                teller.degree(backup, degree(backup));
              });
    }
  }
}

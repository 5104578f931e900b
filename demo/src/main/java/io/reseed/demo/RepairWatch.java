package io.reseed.demo;

import io.reseed.demo.FailoverTool.Failover;
import io.reseed.demo.Screen.Tone;
import io.reseed.events.BackupCreated;
import io.reseed.events.BackupRequested;
import io.reseed.events.BackupRestored;
import io.reseed.events.BackupStatus;
import io.reseed.events.BackupValidated;
import io.reseed.events.DeadLetter;
import io.reseed.events.FailoverFact;
import io.reseed.events.HostStatus;
import io.reseed.events.PrimaryFailed;
import io.reseed.events.ProofAssigned;
import io.reseed.events.ReplicaCaughtUp;
import io.reseed.events.SeedingAssigned;
import io.reseed.events.SeedingFailed;
import io.reseed.events.SeedingOrigin;
import io.reseed.events.SeedingProgress;
import io.reseed.events.SeedingPurpose;
import io.reseed.events.SeedingStage;
import io.reseed.events.ServerChecked;
import io.reseed.events.ShardDeclared;
import io.reseed.events.ShardStatus;
import io.reseed.events.ValidationFailed;
import io.reseed.events.ValidationRequested;
import io.reseed.events.WorkPaused;
import io.reseed.fleet.ServerAddress;
import io.reseed.fleet.ShardName;
import io.reseed.installation.EventFeed.Seen;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Follows one shard's repair by the public topics alone, from the kill of its primary until the
 * shard is whole, and shows it. Thread-safe.
 */
final class RepairWatch implements Consumer<Seen>, TopologyListener {
  private final Screen screen;
  private final Repair repair;
  private final CountDownLatch whole = new CountDownLatch(1);
  private @Nullable SeedingAssigned assigned;
  private @Nullable ShardStatus newest;
  private String blockingReason = "";

  RepairWatch(Screen screen, ShardName shard, ServerAddress killed, Instant killedAt) {
    this.screen = screen;
    this.repair = new Repair(shard, killed, killedAt);
  }

  /** What is known so far. */
  Repair repair() {
    return repair;
  }

  /** Waits until the shard is whole and the new server handed over. */
  boolean awaitWhole(Duration timeout) throws InterruptedException {
    return whole.await(timeout.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public synchronized void dead(ShardName shard, ServerAddress primary) {
    if (concerns(shard) && primary.equals(repair.killed())) {
      reach(Stage.DEAD, Instant.now(), "the topology manager finds " + primary + " dead");
    }
  }

  @Override
  public synchronized void promoted(Failover failover) {
    if (concerns(failover.shard())) {
      repair.promoted(failover.promoted());
      reach(Stage.PROMOTED, Instant.now(), failover.promoted() + " promoted by it");
    }
  }

  @Override
  public synchronized void announced(Failover failover) {
    if (concerns(failover.shard())) {
      reach(Stage.PUBLISHED, Instant.now(), "primary-failed published");
    }
  }

  @Override
  public synchronized void accept(Seen seen) {
    switch (seen.event()) {
      case ShardStatus status when concerns(status.shard()) -> status(status, seen.at());
      case SeedingAssigned assignment when concerns(assignment.shard(), assignment.purpose()) ->
          assigned(assignment, seen.at());
      case SeedingProgress progress when isCurrent(progress.seeding(), progress.attempt()) ->
          progress(progress, seen.at());
      case BackupRestored restored when isCurrent(restored.seeding(), restored.attempt()) ->
          restored(restored, seen.at());
      case ReplicaCaughtUp done when isCurrent(done.seeding(), done.attempt()) ->
          caughtUp(done, seen.at());
      case SeedingFailed failed when isCurrent(failed.seeding(), failed.attempt()) ->
          failed(failed);
      case HostStatus host -> host(host, seen.at());
      case ShardStatus _, SeedingAssigned _, SeedingProgress _, BackupRestored _ -> {}
      case ReplicaCaughtUp _, SeedingFailed _, BackupCreated _, BackupStatus _ -> {}
      case BackupRequested _, BackupValidated _, DeadLetter _, PrimaryFailed _, WorkPaused _ -> {}
      case ProofAssigned _, FailoverFact _, ServerChecked _ -> {}
      case ShardDeclared _, ValidationFailed _, ValidationRequested _ -> {}
    }
    conclude(seen.at());
  }

  private boolean concerns(ShardName shard) {
    return shard.equals(repair.shard());
  }

  private boolean concerns(ShardName shard, SeedingPurpose purpose) {
    return concerns(shard) && purpose == SeedingPurpose.REPLICA;
  }

  private boolean isCurrent(String seeding, int attempt) {
    return assigned != null && assigned.seeding().equals(seeding) && assigned.attempt() == attempt;
  }

  private void status(ShardStatus status, Instant at) {
    ServerAddress primary = status.primary();
    boolean another = primary != null && !primary.equals(repair.killed());
    if (another) {
      reach(Stage.VERIFIED, at, "the detector asked the servers: " + primary + " is the primary");
    }
    String now = status.failure() == null ? "" : status.failure().code();
    if (another && !now.equals(blockingReason) && !now.isEmpty()) {
      tell(now + ": " + status.headline(), Tone.BAD);
    }
    blockingReason = now;
    newest = status;
  }

  /** Topics are read side by side: what was said first may be heard last. */
  private void conclude(Instant at) {
    ShardStatus status = newest;
    if (status != null && repair.at(Stage.CAUGHT_UP).isPresent() && isWholeWithNewServer(status)) {
      reach(Stage.WHOLE, at, "shard WHOLE: " + status.headline());
    }
    if (repair.at(Stage.WHOLE).isPresent() && repair.at(Stage.HANDED_OVER).isPresent()) {
      whole.countDown();
    }
  }

  private boolean isWholeWithNewServer(ShardStatus status) {
    Optional<ServerAddress> made = repair.made();
    return status.condition() == ShardStatus.Condition.WHOLE
        && status.members().stream()
            .anyMatch(
                member ->
                    made.equals(Optional.of(member.server()))
                        && member.health() == ShardStatus.Health.HEALTHY);
  }

  private void assigned(SeedingAssigned assignment, Instant at) {
    boolean another =
        assigned == null
            || !assigned.seeding().equals(assignment.seeding())
            || assigned.attempt() != assignment.attempt();
    if (another && repair.at(Stage.HANDED_OVER).isPresent()) {
      return; // of another replica
    }
    assigned = assignment;
    if (another) {
      String origin =
          switch (assignment.origin()) {
            case SeedingOrigin.Backup backup -> "backup " + backup.backup();
            case SeedingOrigin.Donor donor -> "clone of " + donor.donor();
          };
      repair.reached(Stage.ASSIGNED, at);
      String attempt = assignment.attempt() == 1 ? "" : " (attempt " + assignment.attempt() + ")";
      tell("chosen: " + origin, Tone.PLAIN);
      tell("placed on host " + assignment.host() + attempt, Tone.PLAIN);
    }
  }

  private void progress(SeedingProgress progress, Instant at) {
    if (repair.at(Stage.CAUGHT_UP).isPresent()) {
      return; // of another topic, and so late
    }
    if (progress.stage() == SeedingStage.CATCH_UP) {
      if (progress.note() == null) {
        reach(Stage.ATTACHED, at, "attached to the new primary by GTID");
      }
      screen.bar(about(), "catching up " + Figures.bar(progress));
    } else {
      screen.bar(about(), "restoring   " + Figures.bar(progress));
    }
  }

  private void restored(BackupRestored restored, Instant at) {
    screen.endBar(about());
    repair.restored(restored);
    reach(
        Stage.RESTORED,
        at,
        "restored: %s read, %s written; mysqld runs fenced at %s"
            .formatted(
                Figures.bytes(restored.bytesRead()),
                Figures.bytes(restored.bytesWritten()),
                restored.server()));
  }

  private void caughtUp(ReplicaCaughtUp done, Instant at) {
    screen.endBar(about());
    reach(
        Stage.CAUGHT_UP,
        at,
        "caught up: %d transactions replayed, lag %d ms"
            .formatted(done.transactionsReplayed(), done.lagMillis()));
  }

  private void failed(SeedingFailed failed) {
    screen.endBar(about());
    tell(
        "attempt %d failed: %s, %s"
            .formatted(failed.attempt(), failed.failure().code(), failed.failure().message()),
        Tone.BAD);
  }

  private void host(HostStatus host, Instant at) {
    SeedingAssigned assignment = assigned;
    if (assignment != null
        && host.servers().stream()
            .anyMatch(
                held ->
                    held.seeding().equals(assignment.seeding())
                        && held.state() == HostStatus.HeldState.KEPT)) {
      reach(Stage.HANDED_OVER, at, "handed over: " + host.host() + " keeps it for the fleet");
    }
  }

  private void reach(Stage stage, Instant at, String text) {
    if (repair.reached(stage, at)) {
      tell(text, stage == Stage.WHOLE ? Tone.GOOD : Tone.PLAIN);
    }
  }

  private void tell(String text, Tone tone) {
    screen.event(about(), text, tone);
  }

  private String about() {
    return repair.shard().toString();
  }
}

package io.reseed.demo;

import io.reseed.demo.EventFeed.Seen;
import io.reseed.demo.Screen.Tone;
import io.reseed.events.BackupCreated;
import io.reseed.events.BackupRestored;
import io.reseed.events.Event;
import io.reseed.events.ReplicaCaughtUp;
import io.reseed.events.SeedingAssigned;
import io.reseed.events.SeedingFailed;
import io.reseed.events.SeedingOrigin;
import io.reseed.events.SeedingProgress;
import io.reseed.events.SeedingPurpose;
import io.reseed.events.SeedingStage;
import io.reseed.events.ShardName;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Shows how each shard's first backup is made, by the public topics alone. Thread-safe. */
final class BackupWatch implements Consumer<Seen> {
  private final Screen screen;
  private final CountDownLatch missing;
  private final Set<ShardName> done = new HashSet<>();
  private final Set<String> caughtUpAttempts = new HashSet<>();
  private final Set<String> told = new HashSet<>();

  BackupWatch(Screen screen, Collection<ShardName> shards) {
    this.screen = screen;
    this.missing = new CountDownLatch(shards.size());
  }

  /** Waits until each shard has a backup. */
  boolean await(Duration timeout) throws InterruptedException {
    return missing.await(timeout.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public synchronized void accept(Seen seen) {
    Event event = seen.event();
    if (event instanceof SeedingAssigned wish && wish.purpose() == SeedingPurpose.VALIDATION) {
      assigned(wish);
    } else if (event instanceof SeedingProgress progress
        && progress.purpose() == SeedingPurpose.VALIDATION
        && !isOver(progress)) {
      screen.bar(progress.shard().toString(), verb(progress.stage()) + " " + Figures.bar(progress));
    } else if (event instanceof BackupRestored cloned
        && cloned.purpose() == SeedingPurpose.VALIDATION) {
      stage(
          cloned.shard(),
          "cloned: %s received from the donor".formatted(Figures.bytes(cloned.bytesRead())));
    } else if (event instanceof ReplicaCaughtUp caughtUp
        && caughtUp.purpose() == SeedingPurpose.VALIDATION) {
      caughtUpAttempts.add(caughtUp.seeding() + caughtUp.attempt());
      stage(
          caughtUp.shard(),
          "caught up: %d transactions".formatted(caughtUp.transactionsReplayed()));
    } else if (event instanceof BackupCreated created) {
      created(created);
    } else if (event instanceof SeedingFailed failed
        && failed.purpose() == SeedingPurpose.VALIDATION) {
      screen.endBar(failed.shard().toString());
      screen.event(
          failed.shard().toString(),
          "attempt %d failed: %s, %s"
              .formatted(failed.attempt(), failed.failure().code(), failed.failure().message()),
          Tone.BAD);
    }
  }

  /** Topics are read side by side, so progress may be heard after the end of what progressed. */
  private boolean isOver(SeedingProgress progress) {
    return done.contains(progress.shard())
        || (progress.stage() == SeedingStage.CATCH_UP
            && caughtUpAttempts.contains(progress.seeding() + progress.attempt()));
  }

  private static String verb(SeedingStage stage) {
    return switch (stage) {
      case RESTORE -> "cloning     ";
      case CATCH_UP -> "catching up ";
      case CHECK -> "checking";
      case SNAPSHOT -> "snapshotting";
      case READ_BACK -> "reading back";
    };
  }

  private void assigned(SeedingAssigned wish) {
    if (!told.add(wish.seeding() + wish.attempt() + wish.goal())) {
      return;
    }
    switch (wish.goal()) {
      case MAKE -> {
        String origin =
            switch (wish.origin()) {
              case SeedingOrigin.Backup backup -> "from backup " + backup.backup();
              case SeedingOrigin.Donor donor -> "by CLONE of the replica " + donor.donor();
            };
        stage(wish.shard(), "first backup: a server on " + wish.host() + " " + origin);
      }
      case SNAPSHOT -> stage(wish.shard(), "stopping it cleanly for the snapshot");
      case CHECK, READ_BACK, KEEP -> {}
    }
  }

  private void created(BackupCreated created) {
    if (!done.add(created.shard())) {
      return;
    }
    screen.endBar(created.shard().toString());
    screen.event(
        created.shard().toString(),
        "backup %s: %s of files, %s stored"
            .formatted(
                created.backup(),
                Figures.bytes(created.bytesRaw()),
                Figures.bytes(created.bytesStored())),
        Tone.GOOD);
    missing.countDown();
  }

  private void stage(ShardName shard, String text) {
    screen.endBar(shard.toString());
    screen.event(shard.toString(), text, Tone.PLAIN);
  }
}

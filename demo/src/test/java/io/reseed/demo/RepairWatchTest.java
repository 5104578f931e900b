package io.reseed.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.events.BackupRestored;
import io.reseed.events.Event;
import io.reseed.events.HostStatus;
import io.reseed.events.ReplicaCaughtUp;
import io.reseed.events.SeedingAssigned;
import io.reseed.events.SeedingOrigin;
import io.reseed.events.SeedingPurpose;
import io.reseed.events.ShardStatus;
import io.reseed.fleet.ServerAddress;
import io.reseed.fleet.ShardName;
import io.reseed.installation.EventFeed.Seen;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Topics are read side by side, so events of one repair may come in nearly any order. */
class RepairWatchTest {
  private static final Instant KILLED = Instant.parse("2026-11-21T03:00:00Z");
  private static final ShardName SHARD = ShardName.parse("commerce/-80");
  private static final ServerAddress OLD = ServerAddress.parse("127.0.0.10:3306");
  private static final ServerAddress NEW = ServerAddress.parse("127.0.0.11:3306");
  private static final ServerAddress MADE = ServerAddress.parse("127.0.0.12:3310");
  private static final SeedingOrigin BACKUP = new SeedingOrigin.Backup("b-1");

  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  private final RepairWatch watch =
      new RepairWatch(
          new Screen(new PrintStream(written, true, StandardCharsets.UTF_8), false, false),
          SHARD,
          OLD,
          KILLED);
  private int seconds;

  @Test
  void wholenessSaidBeforeTheHandOverWasHeardCounts() throws InterruptedException {
    hear(assigned(1), restored(1), caughtUp(1), status(true), kept());
    assertThat(watch.awaitWhole(Duration.ZERO)).isTrue();
    assertThat(watch.repair().after(Stage.WHOLE)).contains(Duration.ofSeconds(4));
    assertThat(watch.repair().after(Stage.HANDED_OVER)).contains(Duration.ofSeconds(5));
  }

  @Test
  void wholenessSaidBeforeTheCatchUpWasHeardCountsFromThen() throws InterruptedException {
    hear(assigned(1), restored(1), status(true), kept(), caughtUp(1));
    assertThat(watch.awaitWhole(Duration.ZERO)).isTrue();
    assertThat(watch.repair().after(Stage.WHOLE)).contains(Duration.ofSeconds(5));
  }

  @Test
  void wholenessWithoutTheNewServerIsOfTheTimeBefore() throws InterruptedException {
    hear(assigned(1), restored(1), caughtUp(1), kept(), status(false));
    assertThat(watch.awaitWhole(Duration.ZERO)).isFalse();
  }

  @Test
  void resultsOfAFormerAttemptDoNotCount() {
    hear(assigned(1), assigned(2), restored(1), caughtUp(1));
    assertThat(watch.repair().at(Stage.RESTORED)).isEmpty();
    assertThat(watch.repair().at(Stage.CAUGHT_UP)).isEmpty();
    assertThat(written.toString(StandardCharsets.UTF_8)).contains("attempt 2");
  }

  private void hear(Event... events) {
    for (Event event : events) {
      seconds++;
      watch.accept(new Seen(event, KILLED.plusSeconds(seconds)));
    }
  }

  private static SeedingAssigned assigned(int attempt) {
    return new SeedingAssigned(
        SHARD,
        "replica-1",
        attempt,
        SeedingPurpose.REPLICA,
        SeedingAssigned.Goal.MAKE,
        "spare-1",
        NEW,
        NEW,
        BACKUP,
        null);
  }

  private static BackupRestored restored(int attempt) {
    return new BackupRestored(
        SHARD,
        "replica-1",
        attempt,
        SeedingPurpose.REPLICA,
        "spare-1",
        MADE,
        "uuid",
        BACKUP,
        "",
        10,
        20,
        30);
  }

  private static ReplicaCaughtUp caughtUp(int attempt) {
    return new ReplicaCaughtUp(
        SHARD,
        "replica-1",
        attempt,
        SeedingPurpose.REPLICA,
        "spare-1",
        MADE,
        "uuid",
        NEW,
        "",
        7,
        0,
        30,
        null);
  }

  private static HostStatus kept() {
    return new HostStatus(
        "spare-1",
        HostStatus.Pool.REPLICA,
        "zone-a",
        "127.0.0.12",
        1,
        2,
        List.of(new HostStatus.HeldServer(SHARD, "replica-1", 1, HostStatus.HeldState.KEPT, MADE)),
        1,
        KILLED,
        null);
  }

  private static ShardStatus status(boolean withNewServer) {
    return new ShardStatus(
        SHARD,
        ShardStatus.Condition.WHOLE,
        "all is well",
        null,
        NEW,
        1,
        List.of(
            new ShardStatus.Member(
                withNewServer ? MADE : OLD,
                ShardStatus.Role.REPLICA,
                ShardStatus.Health.HEALTHY,
                0L,
                null,
                null,
                null)),
        List.of(),
        KILLED);
  }
}

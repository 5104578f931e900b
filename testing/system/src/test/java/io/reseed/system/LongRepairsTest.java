package io.reseed.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.events.BackupRestored;
import io.reseed.events.SeedingAssigned;
import io.reseed.events.SeedingProgress;
import io.reseed.events.SeedingStage;
import io.reseed.mysql.MysqlSession;
import io.reseed.system.LiveShard.Failover;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** What {@link RepairUnderFaultsTest} strikes once, for longer and more often. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Tag("long")
class LongRepairsTest {
  private static final int SPARE_HOSTS = 4;
  private static final int KILLS = 60;
  private static final Duration OUTAGE = Duration.ofMinutes(4);

  private static Site site;
  private static LiveShard shard;
  private static LiveShard other;

  @BeforeAll
  static void start() {
    site = Site.start(SitePlan.ofRepairs(SPARE_HOSTS));
    shard = site.newShard("-80");
    other = site.newShard("80-");
    site.installation().declareShards();
    site.startServices(site.backupPipeline());
    site.startServices(site.agents());
    shard.awaitBackup();
    other.awaitBackup();
  }

  @AfterAll
  static void stop() {
    if (site != null) {
      site.close();
    }
  }

  /** So that one failure is not followed by others. */
  @AfterEach
  void mend() {
    site.mend();
  }

  @Test
  @Order(1)
  void aStoreThatIsAwayForMinutesDelaysTheRepairOnly() {
    int before = restores();
    failOverAndHoldTheRestore();
    Awaitility.await("nothing is restored without a store")
        .during(OUTAGE)
        .atMost(OUTAGE.plus(Site.PATIENCE))
        .until(() -> restores() == before);
    site.installation().store().startAgain();
    shard.assertRepaired(1);
    assertThat(restores()).isEqualTo(before + 1);
  }

  @Test
  @Order(2)
  void aNewPrimaryThatDiesDuringTheRestoreIsSucceededAndBothReplicasAreMade() {
    failOverAndHoldTheRestore();
    shard.failOverAndPublish();
    site.installation().store().startAgain();
    shard.assertRepaired(2);
  }

  /** The agent is at the restore, and the store is away. */
  private static void failOverAndHoldTheRestore() {
    Instant since = Instant.now();
    site.freeze(site.agents());
    shard.failOverAndPublish();
    SeedingAssigned assignment = shard.awaitAssigned(since);
    site.installation().store().stop();
    site.thaw(site.agents());
    awaitStage(assignment.seeding(), SeedingStage.RESTORE);
  }

  private static int restores() {
    return site.feed().all(BackupRestored.class).size();
  }

  /** Whichever service, in whichever state; all are started again at once. */
  @Test
  @Order(3)
  void killsAtAnyMomentDelayARepairOnly() {
    Random random = new Random();
    List<String> services = new ArrayList<>(List.of(Site.DETECTOR, Site.CATCH_UP));
    services.addAll(site.agents());
    shard.failOverAndPublish();
    for (int kill = 0; kill < KILLS; kill++) {
      String struck = services.get(random.nextInt(services.size()));
      long waitMillis = random.nextInt(3_000);
      Awaitility.await("a moment")
          .pollDelay(Duration.ofMillis(waitMillis))
          .atMost(Site.PATIENCE)
          .until(() -> true);
      site.crash(struck);
      assertThat(site.installation().service(struck).isAlive()).as(struck).isTrue();
    }
    site.mend();
    shard.assertRepaired(1);
  }

  @Test
  @Order(4)
  void aNewPrimaryThatDiesDuringTheCatchUpIsSucceededAndBothReplicasAreMade() {
    BackupRestored restored = failOverAndRestoreOther();
    Failover failover;
    try (MysqlSession lock = other.open(restored.server())) {
      lock.execute("LOCK TABLES shop.journal READ");
      site.installation().service(Site.CATCH_UP).start();
      awaitCatchUp(restored);
      failover = other.failOver();
    }
    site.outsider().publish(other.name().toString(), failover.document());
    other.assertRepaired(2);
  }

  @Test
  @Order(5)
  void aServerKilledWhileItCatchesUpIsReplaced() {
    BackupRestored restored = failOverAndRestoreOther();
    try (MysqlSession lock = other.open(restored.server())) {
      lock.execute("LOCK TABLES shop.journal READ");
      site.installation().service(Site.CATCH_UP).start();
      awaitCatchUp(restored);
      site.mysqlds().at(restored.server()).kill();
    }
    other.assertRepaired(1);
  }

  /** Restored, while nobody lets it catch up. */
  private static BackupRestored failOverAndRestoreOther() {
    Instant since = Instant.now();
    site.installation().service(Site.CATCH_UP).kill();
    other.failOverAndPublish();
    SeedingAssigned assignment = other.awaitAssigned(since);
    return site.await(
        BackupRestored.class, since, done -> done.seeding().equals(assignment.seeding()));
  }

  private static void awaitCatchUp(BackupRestored restored) {
    awaitStage(restored.seeding(), SeedingStage.CATCH_UP);
  }

  private static void awaitStage(String seeding, SeedingStage stage) {
    site.await(
        SeedingProgress.class,
        Instant.EPOCH,
        progress -> progress.seeding().equals(seeding) && progress.stage() == stage);
  }
}

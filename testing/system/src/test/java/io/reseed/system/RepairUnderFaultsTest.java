package io.reseed.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.events.BackupCreated;
import io.reseed.events.BackupRestored;
import io.reseed.events.BackupStatus;
import io.reseed.events.DeadLetter;
import io.reseed.events.FailoverFact.ReplicaRequested;
import io.reseed.events.ProofAssigned;
import io.reseed.events.ReplicaCaughtUp;
import io.reseed.events.SeedingAssigned;
import io.reseed.events.SeedingAssigned.Goal;
import io.reseed.events.SeedingFailed;
import io.reseed.events.SeedingOrigin;
import io.reseed.events.SeedingProgress;
import io.reseed.events.SeedingPurpose;
import io.reseed.events.SeedingStage;
import io.reseed.events.ShardDeclared;
import io.reseed.events.ShardStatus;
import io.reseed.events.ShardStatus.Condition;
import io.reseed.fleet.Failure;
import io.reseed.fleet.ServerAddress;
import io.reseed.fleet.ShardName;
import io.reseed.system.LiveShard.Failover;
import io.reseed.testkit.RogueServer;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * Failovers on real parts, each with something else going wrong at a given stage of the repair. One
 * installation and one shard serve all: a test takes them as the one before left them, and from the
 * third on each ends with {@link LiveShard#assertRepaired}. A host takes one server of a shard, so
 * it can be repaired as often as there are spare hosts.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Tag("slow")
class RepairUnderFaultsTest {
  private static final int SPARE_HOSTS = 4;

  private static Site site;
  private static LiveShard shard;

  @BeforeAll
  static void start() {
    site = Site.start(SitePlan.ofRepairs(SPARE_HOSTS));
    shard = site.newShard("-");
    site.installation().declareShards();
    site.startServices(List.of(Site.DETECTOR, Site.CATCH_UP));
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
  void withoutABackupItSaysSo() {
    shard.awaitStatus(Instant.EPOCH, Condition.WHOLE, "");
    Instant since = Instant.now();
    shard.failOverAndPublish();
    ShardStatus noBackup = shard.awaitStatus(since, Condition.BLOCKED, "NO_BACKUP");
    assertThat(failureOf(noBackup).hint()).isNotBlank();
  }

  @Test
  @Order(2)
  void aValidatorServiceKilledAtEveryStageMakesOneBackup() {
    site.startServices(List.of(Site.agentOf("backup-1"), Site.VALIDATOR));
    SeedingAssigned assignment =
        site.await(
            SeedingAssigned.class,
            Instant.EPOCH,
            one -> one.purpose() == SeedingPurpose.VALIDATION && one.goal() == Goal.MAKE);
    site.crash(Site.VALIDATOR);
    awaitRestored(assignment);
    site.crash(Site.VALIDATOR);
    awaitStage(assignment, SeedingStage.CATCH_UP);
    site.crash(Site.VALIDATOR);
    for (ProofAssigned.Goal goal : ProofAssigned.Goal.values()) {
      site.await(ProofAssigned.class, Instant.EPOCH, one -> one.goal() == goal);
      site.crash(Site.VALIDATOR);
    }
    BackupCreated made = shard.awaitBackup();
    awaitRestorable(made);
    assertThat(site.feed().all(BackupCreated.class))
        .extracting(BackupCreated::backup)
        .containsOnly(made.backup());
  }

  @Test
  @Order(3)
  void withoutAHostItSaysSoAndRepairsOnceThereIsOne() {
    ShardStatus noHost = shard.awaitStatus(Instant.EPOCH, Condition.BLOCKED, "NO_HOST");
    assertThat(failureOf(noHost).message()).contains("no host");
    assertThat(failureOf(noHost).hint()).isNotBlank();
    site.startServices(site.agents());
    shard.assertRepaired(1);
  }

  @Test
  @Order(4)
  void whatOutsidersWriteWronglyOrTooLateStopsAndChangesNothing() {
    Instant since = Instant.now();
    int requested = site.feed().all(ReplicaRequested.class).size();
    String name = shard.name().toString();
    ServerAddress nobody = new ServerAddress("127.0.0.1", 9);
    Failover falseAlarm = new Failover(shard.name(), shard.primary(), nobody, since);
    Failover stale = new Failover(shard.name(), nobody, shard.primary(), since.minusSeconds(9_000));
    Outsider outsider = site.outsider();
    outsider.publish(name, "{\"shard\":");
    outsider.publish(name, falseAlarm.document(), "io.reseed.no-such-event.v1");
    outsider.publish(name, falseAlarm.document("x".repeat(950_000)));
    outsider.publish(name, falseAlarm.document());
    outsider.publish(name, falseAlarm.document());
    outsider.publishStructured(name, stale.document("another"));
    outsider.publish("commerce/nobody", stale.document().replace(name, "commerce/nobody"));

    Awaitility.await("three dead letters")
        .atMost(Site.PATIENCE)
        .until(() -> site.feed().all(DeadLetter.class).size() == 3);
    ShardStatus undeclared =
        site.await(
            ShardStatus.class, since, status -> status.shard().toString().endsWith("/nobody"));
    assertThat(undeclared.condition()).isEqualTo(Condition.UNDECLARED);
    assertThat(failureOf(undeclared).code()).isEqualTo("SHARD_NOT_DECLARED");
    Awaitility.await("nothing is asked for")
        .during(Duration.ofSeconds(6))
        .atMost(Site.PATIENCE)
        .until(() -> site.feed().all(ReplicaRequested.class).size() == requested);
    shard.assertRepaired(0);
  }

  /**
   * All that have a part in it, at each stage: none needs another to come back. The failover is
   * told thrice.
   */
  @Test
  @Order(5)
  void aDetectorARestoreServiceAndACatchUpServiceKilledAtEveryStageRepairOnce() {
    Instant since = Instant.now();
    site.freeze(site.agents());
    Failover failover = shard.failOverAndPublish();
    site.outsider().publish(shard.name().toString(), failover.document("another-manager"));
    site.outsider().publishStructured(shard.name().toString(), failover.document("a-third"));
    SeedingAssigned assignment = shard.awaitAssigned(since);
    List<String> struck = List.of(Site.DETECTOR, Site.agentOf(assignment.host()), Site.CATCH_UP);
    site.installation().store().stop(); // or an agent that comes back is done before it is struck
    struck.forEach(site::crash);
    holdRestore(assignment);
    struck.forEach(site::crash);
    site.installation().store().startAgain();
    awaitRestored(assignment);
    struck.forEach(site::crash);
    awaitStage(assignment, SeedingStage.CATCH_UP);
    site.crash(Site.CATCH_UP);
    site.crash(Site.DETECTOR);
    site.await(
        ReplicaCaughtUp.class, Instant.EPOCH, done -> done.seeding().equals(assignment.seeding()));
    site.crash(Site.CATCH_UP);
    awaitKeep(assignment);
    site.crash(Site.DETECTOR);
    site.crash(Site.agentOf(assignment.host()));
    shard.assertRepaired(1);
  }

  private static void awaitRestorable(BackupCreated backup) {
    site.await(
        BackupStatus.class,
        Instant.EPOCH,
        status ->
            status.cycle() == null
                && status.backups().stream()
                    .anyMatch(
                        one ->
                            one.backup().equals(backup.backup())
                                && one.degree() == BackupStatus.Degree.RESTORABLE));
  }

  @Test
  @Order(6)
  void aDetectorAndABrokerThatAreKilledDuringARepairDelayItOnly() {
    Instant since = Instant.now();
    shard.failOverAndPublish();
    site.crash(Site.DETECTOR); // while all hosts are heard: it gives none work before
    shard.awaitAssigned(since);
    site.installation().kafka().kill();
    site.installation().kafka().restart();
    shard.assertRepaired(1);
  }

  /** It is told in both modes under one id: one claim, one final answer. */
  @Test
  @Order(7)
  void aStrangersProgramTakesTheNewReplicaOverByWhatThePageSays() {
    StrangersProgram.takesOver(site, shard);
  }

  /** Whoever may write an event can name any server: no password goes there, not even a SYN. */
  @Test
  @Order(8)
  void aServerThatWasNotAllowedSeesNoConnectionWhateverNamesIt() throws Exception {
    Instant since = Instant.now();
    ShardName invented = new ShardName(shard.name().cluster(), "rogue");
    try (RogueServer rogue = RogueServer.start()) {
      ServerAddress there = rogue.address();
      Outsider outsider = site.outsider();
      outsider.publish(
          shard.name().toString(),
          new Failover(shard.name(), shard.primary(), there, since).document());
      outsider.publish(invented.toString(), new Failover(invented, there, there, since).document());
      outsider.publish(new ShardDeclared(invented, 1, List.of(there), null));
      SeedingAssigned forged =
          new SeedingAssigned(
              invented,
              "forged",
              1,
              SeedingPurpose.REPLICA,
              SeedingAssigned.Goal.MAKE,
              site.installation().hosts().getLast().name(),
              there,
              there,
              new SeedingOrigin.Donor(there),
              null);
      outsider.publish(forged);

      SeedingFailed refused =
          site.await(SeedingFailed.class, since, failed -> failed.shard().equals(invented));
      assertThat(refused.failure().code()).isEqualTo("SERVER_NOT_ALLOWED");
      ShardStatus status =
          site.await(
              ShardStatus.class,
              since,
              seen -> seen.shard().equals(invented) && seen.toString().contains("is not sent to"));
      assertThat(status.condition()).isNotEqualTo(Condition.WHOLE);
      assertThat(rogue.received()).isEmpty();
      outsider.withdraw(forged);
    }
    site.installation().commandLine().run("forget", "--shard", invented.toString(), "--yes");
  }

  @Test
  @Order(9)
  void everySeriesOfTheAlertsRulesIsExported() throws IOException {
    ExportedMetrics.awaitAll(site.installation());
  }

  private static Failure failureOf(ShardStatus status) {
    return Objects.requireNonNull(status.failure(), "the status says no failure");
  }

  /** With its agent frozen: takes the store away, lets the agent go on, and waits for its word. */
  private static void holdRestore(SeedingAssigned assignment) {
    site.installation().store().stop();
    site.thaw(site.agents());
    site.await(
        SeedingProgress.class,
        Instant.EPOCH,
        progress ->
            progress.seeding().equals(assignment.seeding())
                && progress.stage() == SeedingStage.RESTORE);
  }

  private static BackupRestored awaitRestored(SeedingAssigned assignment) {
    return site.await(
        BackupRestored.class, Instant.EPOCH, done -> done.seeding().equals(assignment.seeding()));
  }

  private static void awaitStage(SeedingAssigned assignment, SeedingStage stage) {
    awaitStage(assignment.seeding(), stage);
  }

  private static void awaitStage(String seeding, SeedingStage stage) {
    site.await(
        SeedingProgress.class,
        Instant.EPOCH,
        progress -> progress.seeding().equals(seeding) && progress.stage() == stage);
  }

  private static void awaitKeep(SeedingAssigned assignment) {
    site.await(
        SeedingAssigned.class,
        Instant.EPOCH,
        one -> one.seeding().equals(assignment.seeding()) && one.goal() == Goal.KEEP);
  }
}

package io.reseed.failover.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.events.SeedingStage;
import io.reseed.events.ShardStatus.Condition;
import io.reseed.events.ShardStatus.Health;
import io.reseed.failover.machine.FailoverEvent.AttemptAssigned;
import io.reseed.failover.machine.FailoverEvent.AttemptFailed;
import io.reseed.failover.machine.FailoverEvent.CareEnded;
import io.reseed.failover.machine.FailoverEvent.ReplicaKept;
import io.reseed.failover.machine.FailoverEvent.SeedingBegun;
import io.reseed.failover.machine.FailoverEvent.SeedingFinished;
import io.reseed.failover.machine.FailoverEvent.SeedingRepointed;
import io.reseed.failover.machine.FailoverEvent.SeedingWithdrawn;
import io.reseed.fleet.ServerAddress;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ReplicaRepairTest {

  @Test
  void aReplicaIsMadeVerifiedHandedOverAndTheAssignmentTakenBack() {
    Story story = Story.repairing();
    String seeding = story.onlySeeding();
    assertThat(seeding).isEqualTo("replica-commerce_-80-20261121T120000000Z");

    story.restored(seeding);
    assertThat(story.status().seedings().getFirst().stage()).isEqualTo(SeedingStage.CATCH_UP);
    story.caughtUp(seeding);

    assertThat(story.decided(ReplicaKept.class)).hasSize(1);
    assertThat(story.condition()).isEqualTo(Condition.WHOLE);
    assertThat(story.decided(SeedingFinished.class)).isEmpty();
    story.kept(seeding);
    assertThat(story.decided(SeedingFinished.class)).hasSize(1);
    assertThat(story.shard().seedings()).isEmpty();
    assertThat(story.seconds(120).condition()).isEqualTo(Condition.WHOLE);
  }

  @Test
  void aHandOverIsKeptByTheHostWhoseServerCaughtUpOnly() {
    Story story = Story.repairing();
    String seeding = story.onlySeeding();
    assertThat(story.decided(AttemptAssigned.class).map(AttemptAssigned::hostIdentity))
        .containsExactly("folder-1-of-" + story.host());
    story.restored(seeding).caughtUp(seeding);

    ServerAddress elsewhere = new ServerAddress("a-namesakes-address", 3306);
    story.observations(
        seen ->
            new ShardSnapshot(
                seen.probes(), Set.of(new ShardSnapshot.KeptAttempt(seeding, 1, elsewhere))));
    assertThat(story.decided(SeedingFinished.class)).isEmpty();
    story.settle().kept(seeding);
    assertThat(story.decided(SeedingFinished.class)).hasSize(1);
  }

  @Test
  void aHostThatBeganAnewUnderItsNameMayHoldTheReplacementOfWhatItLost() {
    Story story = Story.repairing();
    String seeding = story.onlySeeding();
    String host = story.host();
    story.restored(seeding).caughtUp(seeding);

    World.Host anew = story.world.hostNamed(host);
    anew.held.clear();
    anew.identity = "folder-2-of-" + host;
    story.world.hosts.values().removeIf(other -> other != anew);
    story.world.servers.remove(World.serverOn(host));
    story.seconds(100);

    assertThat(story.decided(AttemptAssigned.class).map(AttemptAssigned::hostIdentity))
        .startsWith("folder-1-of-" + host, "folder-2-of-" + host);
  }

  @Test
  void aServerThatDoesNotItselfShowThatItCaughtUpIsNotAnnounced() {
    Story story = Story.repairing();
    String seeding = story.onlySeeding();
    story.restored(seeding);
    story.world.serverAt(World.serverOn(story.host())).applierRunning = false;

    story.caughtUp(seeding).seconds(19);
    assertThat(story.decided(ReplicaKept.class)).isEmpty();
    story.seconds(2);

    assertThat(story.decided(AttemptFailed.class))
        .extracting(failed -> failed.failure().code())
        .containsExactly("CATCH_UP_NOT_CONFIRMED");
  }

  @Test
  void aCatchUpReportThatOvertakesTheRestoreReportIsEnough() {
    Story story = Story.repairing();
    String seeding = story.onlySeeding();
    story.world.make(seeding);

    story.caughtUp(seeding);

    assertThat(story.condition()).isEqualTo(Condition.WHOLE);
  }

  @Test
  void reportsOfOtherAttemptsAndUnknownSeedingsAreIgnored() {
    Story story = Story.repairing();
    String seeding = story.onlySeeding();
    FailoverState before = story.state;

    story.receive(new FailoverInput.RestoredReport(seeding, 9, World.at("z")));
    story.receive(new FailoverInput.RestoredReport("replica-unknown", 1, World.at("z")));
    story.receive(new FailoverInput.CaughtUpReport(seeding, 1, World.at("z"), World.at("a")));

    assertThat(story.state).isEqualTo(before);
  }

  @Test
  void aLostReplicaIsReplacedAfterAWhileAndForgottenOnceItIs() {
    Story story = Story.wholeShard();
    story.world.kill("c");

    story.seconds(28);
    assertThat(story.decided(SeedingBegun.class)).isEmpty();
    assertThat(story.condition()).isEqualTo(Condition.REPAIRING);
    story.seconds(8);

    String seeding = story.onlySeeding();
    assertThat(story.shard().membership().contains(World.at("c"))).isTrue();
    story.restored(seeding).caughtUp(seeding).kept(seeding);
    assertThat(story.condition()).isEqualTo(Condition.WHOLE);
    assertThat(story.shard().membership().contains(World.at("c"))).isFalse();
  }

  @Test
  void aReplicaThatStopsApplyingCountsAsMissing() {
    Story story = Story.wholeShard();
    story.world.server("c").applierRunning = false;

    story.seconds(40);

    assertThat(story.making()).hasSize(1);
    assertThat(story.status().members())
        .anySatisfy(
            member ->
                assertThat(member.note())
                    .isEqualTo("applier is stopped: error 1062: duplicate key"));
  }

  /** Its GTID set is that of a whole one: nothing else tells. */
  @Test
  void aReplicaThatIsNoFullCopyCountsAsMissingAndSaysWhy() {
    Story story = Story.wholeShard();
    story.world.server("c").partialReasons = List.of("filter REPLICATE_IGNORE_DB=audit");

    story.seconds(40);

    assertThat(story.condition()).isEqualTo(Condition.REPAIRING);
    assertThat(story.making()).hasSize(1);
    assertThat(story.status().members())
        .anySatisfy(
            member -> {
              assertThat(member.health()).isEqualTo(Health.IMPAIRED);
              assertThat(member.note()).isEqualTo("no full copy: filter REPLICATE_IGNORE_DB=audit");
            });
  }

  @Test
  void aPrimaryWhoseReplicasDoNotGetAllIsShownAsThat() {
    Story story = Story.wholeShard();
    story.world.server("a").partialReasons = List.of("binlog filter Binlog_Ignore_DB=audit");

    story.seconds(10);

    assertThat(story.primary()).contains(World.at("a"));
    assertThat(story.status().members())
        .filteredOn(member -> member.server().equals(World.at("a")))
        .singleElement()
        .satisfies(
            member -> {
              assertThat(member.health()).isEqualTo(Health.IMPAIRED);
              assertThat(member.note()).contains("Binlog_Ignore_DB=audit");
            });
  }

  @Test
  void aReplicaThatComesBackInTimeIsNotReplaced() {
    Story story = Story.wholeShard();
    for (int i = 0; i < 5; i++) {
      story.world.kill("c");
      story.seconds(20);
      story.world.server("c").up = true;
      story.seconds(4);
    }

    assertThat(story.decided(SeedingBegun.class)).isEmpty();
  }

  @Test
  void aSeedingIsGivenUpWhenItsReplicaIsBackForGood() {
    Story story = Story.wholeShard();
    story.world.kill("c");
    story.seconds(40);
    assertThat(story.making()).hasSize(1);

    story.world.server("c").up = true;
    story.seconds(20);
    assertThat(story.decided(SeedingWithdrawn.class)).isEmpty();
    story.seconds(20);

    assertThat(story.decided(SeedingWithdrawn.class)).hasSize(1);
    assertThat(story.shard().seedings()).isEmpty();
    assertThat(story.condition()).isEqualTo(Condition.WHOLE);
  }

  @Test
  void severalMissingReplicasAreMadeAtTheSameTimeOnDifferentHosts() {
    Story story = Story.wholeShard();
    story.world.kill("b").kill("c");

    story.seconds(40);

    assertThat(story.making()).hasSize(2);
    assertThat(story.decided(AttemptAssigned.class).map(AttemptAssigned::host))
        .containsExactlyInAnyOrder("x", "y");
  }

  @Test
  void withoutABackupTheShardIsBlockedUntilThereIsOne() {
    Story story = Story.wholeShard();
    story.world.backups.clear();
    story.world.kill("a").promote("b", "c");

    story.claim("a", "b").settle();
    assertThat(story.condition()).isEqualTo(Condition.BLOCKED);
    assertThat(story.code()).isEqualTo("NO_BACKUP");
    story.seconds(11);
    assertThat(story.condition()).isEqualTo(Condition.BLOCKED);

    story.world.backups.add("b9");
    story.seconds(5);
    assertThat(story.condition()).isEqualTo(Condition.REPAIRING);
    assertThat(story.making()).hasSize(1);
  }

  @Test
  void withoutAHostTheShardIsBlockedWithTheReasonPerHostUntilThereIsOne() {
    Story story = Story.wholeShard();
    story.world.hosts.values().forEach(host -> host.bytesFree = 50);
    story.world.kill("a").promote("b", "c");

    story.claim("a", "b").settle();
    assertThat(story.condition()).isEqualTo(Condition.BLOCKED);
    assertThat(story.code()).isEqualTo("NO_HOST");
    assertThat(story.failureMessage())
        .contains("x: 100 bytes needed, 50 free")
        .contains("y: 100 bytes needed, 50 free");

    story.world.host("z");
    story.seconds(6);
    assertThat(story.host()).isEqualTo("z");
    assertThat(story.condition()).isEqualTo(Condition.REPAIRING);
  }

  @Test
  void thePrimaryThatDiesDuringTheRestoreIsReplacedWithinTheAttempt() {
    Story story = Story.repairing();
    String seeding = story.onlySeeding();

    story.world.kill("b").primary("c");
    story.claim("b", "c").settle();

    assertThat(story.decided(SeedingRepointed.class)).hasSize(1);
    assertThat(story.seeding(seeding).attempt()).isEqualTo(1);
    assertThat(((Phase.Restoring) story.seeding(seeding).phase()).assignment().primary())
        .isEqualTo(World.at("c"));
    assertThat(story.making()).as("one more replica is missing now").hasSize(2);
  }

  @Test
  void thePrimaryThatDiesDuringTheCatchUpIsReplacedAndTheOldReportDoesNotCount() {
    Story story = Story.repairing();
    String seeding = story.onlySeeding();
    story.restored(seeding);
    int attempt = story.seeding(seeding).attempt();

    story.world.kill("b");
    story.claim("b", null).settle().seconds(120);
    assertThat(story.decided(AttemptFailed.class)).as("nobody can catch up now").isEmpty();
    story.world.primary("c");
    story.claim("b", "c").settle();

    assertThat(story.seeding(seeding).phase()).isInstanceOf(Phase.CatchingUp.class);
    story.receive(
        new FailoverInput.CaughtUpReport(seeding, attempt, World.serverOn("x"), World.at("b")));
    assertThat(story.seeding(seeding).phase()).isInstanceOf(Phase.CatchingUp.class);
    assertThat(story.seeding(seeding).attempt()).isEqualTo(1);
  }

  @Test
  void thePrimaryThatDiesBeforeTheServerProvedItselfSendsItBackToCatchUp() {
    Story story = Story.repairing();
    String seeding = story.onlySeeding();
    story.restored(seeding);
    story.world.serverAt(World.serverOn(story.host())).applierRunning = false;
    story.caughtUp(seeding);
    assertThat(story.seeding(seeding).phase()).isInstanceOf(Phase.Verifying.class);

    story.world.kill("b").primary("c");
    story.claim("b", "c").settle();

    assertThat(story.seeding(seeding).phase()).isInstanceOf(Phase.CatchingUp.class);
  }

  @Test
  void whatIsPlannedWhileThePrimaryDiesIsPlannedAnew() {
    Story story = Story.wholeShard();
    story.world.backups.clear();
    story.world.kill("a").promote("b", "c");
    story.claim("a", "b").settle();
    story.world.backups.add("b9");

    story.world.kill("b");
    story.claim("b", null).settle().seconds(30);
    assertThat(story.condition()).isEqualTo(Condition.NO_PRIMARY);
    story.world.primary("c");
    story.claim("b", "c").settle();

    assertThat(story.decided(AttemptAssigned.class).map(AttemptAssigned::primary))
        .isNotEmpty()
        .containsOnly(World.at("c"));
  }

  @Test
  void aWithdrawnDeclarationGivesUpWhatIsUnfinishedAndTakesTheStatusBack() {
    Story story = Story.repairing();

    story.receive(new FailoverInput.Withdrawal()).settle();

    assertThat(story.decided(SeedingWithdrawn.class)).hasSize(1);
    assertThat(story.decided(CareEnded.class)).hasSize(1);
    assertThat(story.state).isEqualTo(new FailoverState.Unknown(World.SHARD));
    story.receive(new FailoverInput.RestoredReport("replica-1", 1, World.at("z")));
    assertThat(story.state).isEqualTo(new FailoverState.Unknown(World.SHARD));
  }

  @Test
  void aHandedOverServerThatIsLostBeforeItsHostRecordedItIsReplacedLikeAnyOther() {
    Story story = Story.repairing();
    String seeding = story.onlySeeding();
    String host = story.host();
    story.restored(seeding).caughtUp(seeding);
    assertThat(story.condition()).isEqualTo(Condition.WHOLE);

    story.world.serverAt(World.serverOn(host)).up = false;
    story.seconds(40);
    String second = story.making().getFirst();
    story.restored(second).caughtUp(second).kept(second);

    assertThat(story.condition()).isEqualTo(Condition.WHOLE);
    assertThat(story.shard().seedings()).isEmpty();
  }

  @Test
  void aHigherDesiredCountIsMadeAfterAWhileAndALowerOneEndsIt() {
    Story story = Story.wholeShard();
    story.receive(new FailoverInput.Declaration(3, World.at("a", "b", "c"))).settle();
    assertThat(story.making()).isEmpty();
    story.seconds(40);
    assertThat(story.making()).hasSize(1);

    story.receive(new FailoverInput.Declaration(2, World.at("a", "b", "c"))).settle();
    story.receive(new FailoverInput.Declaration(2, World.at("a", "b", "c"))).settle();
    story.seconds(40);

    assertThat(story.shard().seedings()).isEmpty();
    assertThat(story.condition()).isEqualTo(Condition.WHOLE);
  }
}

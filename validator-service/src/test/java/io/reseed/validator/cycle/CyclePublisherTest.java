package io.reseed.validator.cycle;

import static io.reseed.validator.cycle.Story.PRIMARY;
import static io.reseed.validator.cycle.Story.REPLICA_A;
import static io.reseed.validator.cycle.Story.healthy;
import static io.reseed.validator.cycle.Story.replica;
import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.events.CycleKind;
import io.reseed.events.ProofAssigned;
import io.reseed.events.SeedingAssigned;
import io.reseed.events.SeedingStage;
import io.reseed.events.ShardStatus.Health;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is published to those who make a server, and to those who prove it. */
class CyclePublisherTest {
  private static final String FROM_A = " from " + REPLICA_A;

  private static List<String> records(Story story) {
    return AssignmentTopics.of(story).records();
  }

  @Test
  void tellsEachRoleWhatItsPartOfACycleIsAndEndsBoth() {
    Story story = RegularCycleTest.readingBack().checked(SeedingStage.READ_BACK);

    assertThat(records(story))
        .containsExactly(
            "seeding MAKE 1" + FROM_A,
            "seeding REPLICATE 1" + FROM_A,
            "proof CHECK 1" + FROM_A,
            "seeding HOLD 1" + FROM_A,
            "proof SNAPSHOT 1" + FROM_A,
            "proof READ_BACK 1" + FROM_A,
            "proof over",
            "seeding over");
  }

  @Test
  void assignsTheSameAttemptToBothRoles() {
    Story story = RegularCycleTest.checking();
    AssignmentTopics topics = AssignmentTopics.of(story);

    assertThat(topics.proofs()).containsOnly(Map.entry(story.assignment().seeding(), proof(story)));
    assertThat(topics.seedings().values())
        .singleElement()
        .satisfies(
            seeding -> {
              assertThat(seeding.goal()).isEqualTo(SeedingAssigned.Goal.REPLICATE);
              assertThat(seeding.purpose()).isEqualTo(proof(story).purpose());
              assertThat(ProofAssigned.check(seeding, story.checks())).isEqualTo(proof(story));
            });
  }

  private static ProofAssigned proof(Story story) {
    return (ProofAssigned) story.assignment();
  }

  @Test
  void anAttemptThatWasNeverProvenLeavesTheProofsAlone() {
    Story story = RegularCycleTest.making().failed(SeedingStage.RESTORE, Story.passing());
    story.afterSeconds(20).timer().placed("backup-2");

    assertThat(records(story))
        .hasSize(3)
        .startsWith("seeding MAKE 1" + FROM_A, "seeding over")
        .last()
        .asString()
        .startsWith("seeding MAKE 2");
  }

  @Test
  void noProofOutlivesItsAttempt() {
    Story story = RegularCycleTest.checking().failed(SeedingStage.CHECK, Story.passing());
    story.afterSeconds(20).timer().placed("backup-2").caughtUp();

    assertThat(records(story)).element(2).isEqualTo("proof CHECK 1" + FROM_A);
    assertThat(records(story)).element(3).isEqualTo("proof over");
    assertThat(records(story)).element(4).isEqualTo("seeding over");
    assertThat(records(story).subList(5, 8))
        .extracting(record -> record.substring(0, record.indexOf(" from ")))
        .containsExactly("seeding MAKE 2", "seeding REPLICATE 2", "proof CHECK 2");
  }

  @Test
  void bothEndWhereAnExaminationEnds() {
    Story story = new Story().seenWhole().listed("b2", "b1");
    story.requested("r1", CycleKind.EXAMINATION, "b1").listed("b2", "b1");
    story.placed("backup-1").caughtUp().checked(SeedingStage.CHECK);

    assertThat(records(story))
        .containsExactly(
            "seeding MAKE 1" + FROM_A,
            "seeding REPLICATE 1" + FROM_A,
            "proof CHECK 1" + FROM_A,
            "proof over",
            "seeding over");
  }

  @Test
  void bothEndWhenABackupIsCondemnedAndWhenTheShardIsNotCaredForAnyLonger() {
    assertThat(records(RegularCycleTest.checking().failed(SeedingStage.CHECK, Story.bad())))
        .endsWith("proof over", "seeding over");
    assertThat(records(RegularCycleTest.readingBack().failed(SeedingStage.READ_BACK, Story.bad())))
        .endsWith("proof over", "seeding over");
    assertThat(
            records(RegularCycleTest.readingBack().failed(SeedingStage.READ_BACK, Story.passing())))
        .endsWith("proof over", "seeding over");
    assertThat(records(RegularCycleTest.snapshotting().tell(new CycleInput.ShardGone())))
        .endsWith("proof over", "seeding over");
    assertThat(records(RegularCycleTest.making().tell(new CycleInput.ShardGone())))
        .containsExactly("seeding MAKE 1" + FROM_A, "seeding over");
  }

  @Test
  void aNewSourceIsToldToAllWhoWorkOnTheAttempt() {
    Story making = RegularCycleTest.making();
    making.seen(PRIMARY, replica(REPLICA_A, Health.UNREACHABLE));
    assertThat(records(making))
        .containsExactly("seeding MAKE 1" + FROM_A, "seeding MAKE 1 from " + PRIMARY);

    Story checking = RegularCycleTest.checking();
    checking.seen(PRIMARY, replica(REPLICA_A, Health.UNREACHABLE));
    assertThat(records(checking))
        .endsWith("seeding REPLICATE 1 from " + PRIMARY, "proof CHECK 1 from " + PRIMARY);

    Story readingBack = RegularCycleTest.readingBack().seen(REPLICA_A, healthy(Story.REPLICA_B));
    assertThat(records(readingBack))
        .endsWith("seeding HOLD 1" + FROM_A, "proof READ_BACK 1" + FROM_A);
    assertThat(AssignmentTopics.of(readingBack).proofs().values())
        .singleElement()
        .satisfies(proof -> assertThat(proof.primary()).isEqualTo(REPLICA_A));
  }
}

package io.reseed.validator.cycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.backup.format.Verdict;
import io.reseed.events.Evidence;
import io.reseed.events.SeedingStage;
import io.reseed.events.StageTime;
import io.reseed.events.check.CheckResult;
import io.reseed.events.check.Unproven;
import io.reseed.fleet.ServerAddress;
import io.reseed.validator.repository.VerdictEvidence;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class VerdictEvidenceTest {

  private static Evidence evidence(@Nullable ServerAddress source, List<CheckResult> checks) {
    return new Evidence(
        "backup-1",
        source,
        1L << 40,
        123_456,
        checks,
        List.of(
            new StageTime(SeedingStage.RESTORE, 1), new StageTime(SeedingStage.READ_BACK, 200)));
  }

  private static void assertRoundTrip(Evidence evidence) {
    Map<String, String> texts = VerdictEvidence.flatten(evidence);
    Verdict verdict = new Verdict(Verdict.Outcome.VALIDATED, Instant.EPOCH, "why", texts);
    assertThat(VerdictEvidence.parse(verdict.evidence())).contains(evidence);
  }

  @Test
  void evidenceComesBackAsItWas() {
    assertRoundTrip(
        evidence(
            Story.REPLICA_A,
            List.of(
                CheckResult.of("gtid-set", CheckResult.Outcome.HELD, "equal", 0),
                CheckResult.of("contents", CheckResult.Outcome.SKIPPED, "no  replica, \n none", 7),
                new CheckResult(
                    "assertion:newest-order",
                    CheckResult.Outcome.HELD,
                    "",
                    9,
                    List.of(
                        new Unproven("rows of 4 of 5 tables", "not their turn,\n and more"),
                        new Unproven("triggers", ""))))));
    assertRoundTrip(evidence(null, List.of()));
  }

  @Test
  void theMostEvidenceThatACycleGathersFitsIntoAVerdict() {
    List<CheckResult> many = new ArrayList<>();
    for (int i = 0; i < Evidence.CHECKS_MAX; i++) {
      many.add(
          CheckResult.of(
              "assertion:" + "n".repeat(180) + i, CheckResult.Outcome.HELD, "d".repeat(4_000), i));
    }
    Proof proof = Proof.NONE.with(many).with(many);
    assertThat(proof.checks()).hasSize(Evidence.CHECKS_MAX);
    assertRoundTrip(evidence(Story.PRIMARY, proof.checks()));
  }

  @Test
  void whatIsNotAllOfEvidenceIsNone() {
    assertThat(VerdictEvidence.parse(Map.of())).isEmpty();
    assertThat(VerdictEvidence.parse(Map.of("tablesChecked", "12"))).isEmpty();
    Map<String, String> broken =
        new TreeMap<>(VerdictEvidence.flatten(evidence(Story.PRIMARY, List.of())));
    broken.put("bytesRestored", "many");
    assertThat(VerdictEvidence.parse(broken)).isEmpty();
    broken.put("bytesRestored", "1");
    broken.put("check.00", "HELD");
    assertThat(VerdictEvidence.parse(broken)).isEmpty();
  }
}

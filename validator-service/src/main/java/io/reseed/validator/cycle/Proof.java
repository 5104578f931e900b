package io.reseed.validator.cycle;

import io.reseed.events.Assignment;
import io.reseed.events.Evidence;
import io.reseed.events.SeedingStage;
import io.reseed.events.StageTime;
import io.reseed.events.check.CheckResult;
import io.reseed.events.check.Unproven;
import io.reseed.fleet.ServerAddress;
import io.reseed.fleet.ShortenedText;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What an attempt found out so far; bounded. */
record Proof(
    long bytesRestored,
    long transactionsReplayed,
    List<CheckResult> checks,
    List<StageTime> stages) {
  static final Proof NONE = new Proof(0, 0, List.of(), List.of());

  /** The check that is made while the files of a new backup are read. */
  private static final String PAGES = "pages";

  /** Evidence of many backups must fit into one record. */
  private static final int DETAIL_CHARACTERS_MAX = 200;

  private static final int WHAT_CHARACTERS_MAX = 80;
  private static final int REASON_CHARACTERS_MAX = 120;
  private static final int UNPROVEN_MAX = 5;

  Proof {
    checks = List.copyOf(checks);
    stages = List.copyOf(stages);
  }

  /** Whether the stage's report was taken in already. */
  boolean has(SeedingStage stage) {
    return stages.stream().anyMatch(time -> time.stage() == stage);
  }

  Proof restored(long bytes) {
    return new Proof(bytes, transactionsReplayed, checks, stages);
  }

  Proof replayed(long transactions) {
    return new Proof(bytesRestored, transactions, checks, stages);
  }

  /** With a stage that ended; stages are in their order, whatever is heard first. */
  Proof with(SeedingStage stage, long durationMillis) {
    List<StageTime> all =
        Stream.concat(stages.stream(), Stream.of(new StageTime(stage, durationMillis)))
            .sorted(Comparator.comparing(StageTime::stage))
            .toList();
    return new Proof(bytesRestored, transactionsReplayed, checks, all);
  }

  Proof with(List<CheckResult> found) {
    List<CheckResult> all =
        Stream.concat(checks.stream(), found.stream().map(Proof::cut))
            .limit(Evidence.CHECKS_MAX)
            .toList();
    return new Proof(bytesRestored, transactionsReplayed, all, stages);
  }

  /** A check that was made before all others, whenever it is heard of. */
  Proof withFirst(List<CheckResult> found) {
    List<CheckResult> all =
        Stream.concat(found.stream().map(Proof::cut), checks.stream())
            .limit(Evidence.CHECKS_MAX)
            .toList();
    return new Proof(bytesRestored, transactionsReplayed, all, stages);
  }

  /** What of it tells about the backup that was made, rather than the one before. */
  Proof ofNewBackup() {
    return new Proof(
        0,
        0,
        checks.stream().filter(check -> check.name().equals(PAGES)).toList(),
        stages.stream()
            .filter(time -> time.stage().compareTo(SeedingStage.SNAPSHOT) >= 0)
            .toList());
  }

  private static CheckResult cut(CheckResult check) {
    String detail = ShortenedText.of(check.detail(), DETAIL_CHARACTERS_MAX);
    List<Unproven> unproven =
        check.leftOut().stream()
            .limit(UNPROVEN_MAX)
            .map(
                one ->
                    new Unproven(
                        ShortenedText.of(one.what(), WHAT_CHARACTERS_MAX),
                        ShortenedText.of(one.reason(), REASON_CHARACTERS_MAX)))
            .toList();
    return new CheckResult(
        check.name(),
        check.outcome(),
        detail,
        check.durationMillis(),
        unproven.isEmpty() ? null : unproven);
  }

  /**
   * As it is published.
   *
   * @param source absent for a backup that was only read back
   */
  Evidence evidence(Assignment assignment, @Nullable ServerAddress source) {
    return new Evidence(
        assignment.host(), source, bytesRestored, transactionsReplayed, checks, stages);
  }
}

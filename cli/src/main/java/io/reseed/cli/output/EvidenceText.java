package io.reseed.cli.output;

import io.reseed.events.Evidence;
import io.reseed.events.StageTime;
import io.reseed.events.check.CheckResult;
import io.reseed.fleet.ShortenedText;
import java.util.List;
import java.util.stream.Collectors;

/** What proved a backup, for people. */
public final class EvidenceText {
  private static final int COLUMNS = 80;
  private static final int ROOM_FOR_THE_REST = 6;
  private static final int WORDS_MAX = 50;

  private EvidenceText() {}

  /** Where it was restored and what was replayed, in one line. */
  static String origin(Evidence evidence) {
    String restored =
        "restored on %s (%s)".formatted(evidence.host(), Figures.bytes(evidence.bytesRestored()));
    return evidence.source() == null
        ? restored
        : "%s, caught up from %s (%d transactions)"
            .formatted(restored, evidence.source(), evidence.transactionsReplayed());
  }

  /** How many checks held, and why the others were skipped. */
  static String checks(List<CheckResult> checks) {
    long held = checks.stream().filter(it -> it.outcome() == CheckResult.Outcome.HELD).count();
    String skipped =
        checks.stream()
            .filter(it -> it.outcome() == CheckResult.Outcome.SKIPPED)
            .map(it -> it.name() + ": " + FailureText.shown(it.detail()))
            .collect(Collectors.joining("; "));
    return skipped.isEmpty()
        ? held + " checks held"
        : "%d checks held, %d skipped (%s)".formatted(held, checks.size() - held, skipped);
  }

  /**
   * What the checks did not look at, in one line that a terminal has room for; empty for nothing.
   */
  static String unproven(Evidence evidence, String indent) {
    List<String> all =
        evidence.checks().stream()
            .flatMap(check -> check.leftOut().stream())
            .map(one -> FailureText.shown(one.what()))
            .toList();
    if (all.isEmpty()) {
      return "";
    }
    StringBuilder line = new StringBuilder(indent).append("not proven: ");
    int named = 0;
    while (named < all.size() && (named == 0 || fits(line, all.get(named)))) {
      line.append(named == 0 ? "" : ", ").append(ShortenedText.of(all.get(named), WORDS_MAX));
      named++;
    }
    return line.append(named < all.size() ? ", +" + (all.size() - named) : "")
        .append('\n')
        .toString();
  }

  private static boolean fits(StringBuilder line, String words) {
    return line.length() + words.length() + 2 <= COLUMNS - ROOM_FOR_THE_REST;
  }

  /** How long each stage took, e.g. {@code RESTORE 8.1 s, CATCH_UP 15 s}. */
  static String stages(List<StageTime> stages) {
    return stages.stream()
        .map(it -> it.stage() + " " + Figures.millis(it.durationMillis()))
        .collect(Collectors.joining(", "));
  }

  /** Everything: a line for the origin, one per check, and one for the stages. */
  static String details(Evidence evidence, String indent) {
    StringBuilder text = new StringBuilder();
    text.append(indent).append(origin(evidence)).append('\n');
    TextTable table = new TextTable(indent + "CHECK", "OUTCOME", "TOOK", "DETAIL");
    for (CheckResult check : evidence.checks()) {
      table.row(
          indent + check.name(),
          check.outcome().toString(),
          Figures.millis(check.durationMillis()),
          check.detail());
    }
    text.append(table.hasRows() ? table.toString() : indent + "no checks\n");
    text.append(unproven(evidence, indent));
    if (!evidence.stages().isEmpty()) {
      text.append(indent).append(stages(evidence.stages())).append('\n');
    }
    return text.toString();
  }
}

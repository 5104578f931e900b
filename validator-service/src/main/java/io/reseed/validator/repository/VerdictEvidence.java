package io.reseed.validator.repository;

import io.reseed.events.Evidence;
import io.reseed.events.SeedingStage;
import io.reseed.events.StageTime;
import io.reseed.events.check.CheckResult;
import io.reseed.events.check.Unproven;
import io.reseed.fleet.ServerAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Evidence as the plain texts that a verdict has beside its backup, and back: {@code host}, {@code
 * source}, {@code bytesRestored}, {@code transactionsReplayed}, {@code check.NN} (outcome,
 * milliseconds, name and detail), {@code unproven.NN.MM} (what check NN left out, and a line for
 * the reason) and {@code stage.NAME} (milliseconds).
 */
public final class VerdictEvidence {
  private static final String CHECK = "check.";
  private static final String STAGE = "stage.";
  private static final String UNPROVEN = "unproven.";
  private static final int CHECK_PARTS = 4;

  /** A verdict has 200 texts at most. */
  private static final int UNPROVEN_MAX = 100;

  private VerdictEvidence() {}

  /** As texts. */
  public static Map<String, String> flatten(Evidence evidence) {
    Map<String, String> texts = new TreeMap<>();
    texts.put("host", evidence.host());
    if (evidence.source() != null) {
      texts.put("source", evidence.source().toString());
    }
    texts.put("bytesRestored", String.valueOf(evidence.bytesRestored()));
    texts.put("transactionsReplayed", String.valueOf(evidence.transactionsReplayed()));
    for (int i = 0; i < evidence.checks().size(); i++) {
      CheckResult check = evidence.checks().get(i);
      texts.put(
          CHECK + "%02d".formatted(i),
          "%s %d %s %s"
              .formatted(check.outcome(), check.durationMillis(), check.name(), check.detail()));
    }
    texts.putAll(unproven(evidence));
    evidence
        .stages()
        .forEach(s -> texts.put(STAGE + s.stage(), String.valueOf(s.durationMillis())));
    return texts;
  }

  private static Map<String, String> unproven(Evidence evidence) {
    Map<String, String> texts = new TreeMap<>();
    for (int i = 0; i < evidence.checks().size(); i++) {
      List<Unproven> leftOut = evidence.checks().get(i).leftOut();
      for (int k = 0; k < leftOut.size() && texts.size() < UNPROVEN_MAX; k++) {
        Unproven one = leftOut.get(k);
        texts.put(
            UNPROVEN + "%02d.%02d".formatted(i, k),
            one.what().replace("\n", " ") + "\n" + one.reason());
      }
    }
    return texts;
  }

  /** Empty for texts that are not all of evidence; another tool may have written the verdict. */
  public static Optional<Evidence> parse(Map<String, String> texts) {
    String host = texts.get("host");
    if (host == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new Evidence(
              host,
              source(texts.get("source")),
              number(texts, "bytesRestored"),
              number(texts, "transactionsReplayed"),
              checks(texts),
              stages(texts)));
    } catch (IllegalArgumentException notOurs) {
      return Optional.empty();
    }
  }

  private static @Nullable ServerAddress source(@Nullable String text) {
    return text == null ? null : ServerAddress.parse(text);
  }

  private static long number(Map<String, String> texts, String name) {
    return Long.parseLong(texts.getOrDefault(name, "0"));
  }

  private static List<CheckResult> checks(Map<String, String> texts) {
    List<CheckResult> checks = new ArrayList<>();
    new TreeMap<>(texts)
        .forEach(
            (name, text) -> {
              if (name.startsWith(CHECK)) {
                checks.add(check(text, unproven(texts, name.substring(CHECK.length()))));
              }
            });
    return checks;
  }

  private static @Nullable List<Unproven> unproven(Map<String, String> texts, String check) {
    List<Unproven> unproven = new ArrayList<>();
    new TreeMap<>(texts)
        .forEach(
            (name, text) -> {
              if (name.startsWith(UNPROVEN + check + ".")) {
                String[] parts = text.split("\n", 2);
                unproven.add(new Unproven(parts[0], parts.length > 1 ? parts[1] : ""));
              }
            });
    return unproven.isEmpty() ? null : unproven;
  }

  private static CheckResult check(String text, @Nullable List<Unproven> unproven) {
    String[] parts = text.split(" ", CHECK_PARTS);
    if (parts.length != CHECK_PARTS) {
      throw new IllegalArgumentException("not a check: " + text);
    }
    return new CheckResult(
        parts[2],
        CheckResult.Outcome.valueOf(parts[0]),
        parts[3],
        Long.parseLong(parts[1]),
        unproven);
  }

  private static List<StageTime> stages(Map<String, String> texts) {
    List<StageTime> stages = new ArrayList<>();
    for (SeedingStage stage : SeedingStage.values()) {
      String millis = texts.get(STAGE + stage);
      if (millis != null) {
        stages.add(new StageTime(stage, Long.parseLong(millis)));
      }
    }
    return stages;
  }
}

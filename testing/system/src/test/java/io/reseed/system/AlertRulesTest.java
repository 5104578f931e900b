package io.reseed.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.testkit.Parts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The alert rules fire when they shall, and lead to the runbook. */
class AlertRulesTest {
  private static final Path FOLDER = Parts.root().resolve("deploy/prometheus");
  private static final String RULES = "reseed-alerts.yml";
  private static final String TESTS = "reseed-alerts.test.yml";

  private static final Pattern ALERT = Pattern.compile("- alert: (\\w+)");
  private static final Pattern RUNBOOK_URL =
      Pattern.compile("runbook_url: \"docs/RUNBOOK\\.md#([a-z0-9-]+)\"");
  private static final Pattern HEADING = Pattern.compile("^#+ (.+)$", Pattern.MULTILINE);
  private static final Pattern CASE = Pattern.compile("\n  - name: ");
  private static final Pattern MOMENT = Pattern.compile("- eval_time: ");

  @Test
  void promtoolAcceptsTheRulesAndTheExampleConfiguration()
      throws IOException, InterruptedException {
    assertContent(Promtool.locate().run(FOLDER, "check", "rules", RULES));
    assertContent(Promtool.locate().run(FOLDER, "check", "config", "prometheus.yml"));
  }

  @Test
  void everyAlertDoesAsItsTestsSay() throws IOException, InterruptedException {
    assertContent(Promtool.locate().run(FOLDER, "test", "rules", TESTS));
  }

  private static void assertContent(Promtool.Answer answer) {
    assertThat(answer.content()).as(answer.output()).isTrue();
  }

  /** In one test case each: silent, then told, then silent again. */
  @Test
  void everyAlertIsTestedNotToFireToFireAndToResolve() throws IOException {
    String tests = read(FOLDER.resolve(TESTS));
    for (String alert : alerts()) {
      assertThat(CASE.splitAsStream(tests))
          .as("cases of " + alert)
          .anyMatch(test -> told(test, alert).matches("(false )+(true )+(false )+"));
    }
  }

  /** Whether the alert is expected to be told, at each moment that a test case looks at. */
  private static String told(String test, String alert) {
    StringBuilder told = new StringBuilder();
    for (String moment : MOMENT.splitAsStream(test).toList()) {
      if (moment.contains("alertname: " + alert + "\n")) {
        told.append(!moment.contains("exp_alerts: []")).append(' ');
      }
    }
    return told.toString();
  }

  @Test
  void everyAlertLeadsToASectionOfTheRunbook() throws IOException {
    List<String> anchors = found(RUNBOOK_URL, read(FOLDER.resolve(RULES)), 1);
    assertThat(anchors).hasSameSizeAs(alerts()).doesNotHaveDuplicates();
    Set<String> sections = new TreeSet<>();
    for (String heading : found(HEADING, runbook(), 1)) {
      sections.add(
          heading.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9 -]", "").replace(' ', '-'));
    }
    assertThat(sections).containsAll(anchors);
  }

  private static List<String> alerts() {
    List<String> alerts = found(ALERT, read(FOLDER.resolve(RULES)), 1);
    assertThat(alerts).hasSizeGreaterThan(10);
    return alerts;
  }

  private static List<String> found(Pattern pattern, String text, int group) {
    return pattern
        .matcher(text)
        .results()
        .map((MatchResult result) -> result.group(group))
        .toList();
  }

  private static String runbook() {
    return read(Parts.root().resolve("docs/RUNBOOK.md"));
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + file, e);
    }
  }
}

package io.reseed.validator;

import io.reseed.mysql.check.RowAssertion;
import io.reseed.validator.proof.ProofChecks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** What the configuration says of a backup host's checks. */
final class CheckSettings {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");

  private CheckSettings() {}

  /**
   * The checks.
   *
   * @throws IllegalArgumentException naming everything that is wrong with it
   */
  static ProofChecks of(ValidatorConfig.Checks config) {
    List<String> problems = new ArrayList<>();
    ProofChecks.Limits limits =
        new ProofChecks.Limits(
            config.limits().checkTable(),
            config.limits().contents(),
            config.limits().assertion(),
            config.limits().tablesOpen());
    checkPositive(limits, problems);
    Map<String, List<RowAssertion>> assertions = new HashMap<>();
    new TreeMap<>(config.clusters())
        .forEach(
            (cluster, checks) -> {
              if (checks.assertions().size() > ProofChecks.ASSERTIONS_MAX) {
                problems.add(
                    "reseed.checks.\"%s\".assertions has more than %d entries"
                        .formatted(cluster, ProofChecks.ASSERTIONS_MAX));
              }
              assertions.put(cluster, assertions(cluster, checks, problems));
            });
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", problems));
    }
    return new ProofChecks(limits, assertions);
  }

  private static void checkPositive(ProofChecks.Limits limits, List<String> problems) {
    Map<String, Duration> all = new TreeMap<>();
    all.put("check-table", limits.checkTable());
    all.put("contents", limits.contents());
    all.put("assertion", limits.assertion());
    all.put("tables-open", limits.tablesOpen());
    all.forEach(
        (key, limit) -> {
          if (limit.toMillis() < 1) {
            problems.add("reseed.checks.limits." + key + " must be longer than nothing");
          }
        });
  }

  private static List<RowAssertion> assertions(
      String cluster, ValidatorConfig.ClusterChecks checks, List<String> problems) {
    List<RowAssertion> made = new ArrayList<>();
    new TreeMap<>(checks.assertions())
        .forEach(
            (name, assertion) -> {
              String key = "reseed.checks.\"%s\".assertions.\"%s\"".formatted(cluster, name);
              if (!NAME.matcher(name).matches()) {
                problems.add(key + " must be named by up to 100 letters, digits and ._-");
              }
              try {
                made.add(new RowAssertion(name, assertion.query(), assertion.expect()));
              } catch (IllegalArgumentException e) {
                problems.add(key + ": " + e.getMessage());
              }
            });
    return List.copyOf(made);
  }
}

package io.reseed.validator.proof;

import io.reseed.mysql.check.RowAssertion;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What is checked on a backup host beyond what always is.
 *
 * @param limits how long each check may take
 * @param assertions the operator's own checks by cluster, in the order of their names
 */
public record ProofChecks(Limits limits, Map<String, List<RowAssertion>> assertions) {
  /** Evidence lists 60 checks at most, and has some of its own. */
  public static final int ASSERTIONS_MAX = 40;

  public ProofChecks {
    assertions = Map.copyOf(assertions);
  }

  /**
   * How long one check may take in one cycle; longer is no verdict.
   *
   * @param assertion for each of them
   */
  public record Limits(
      Duration checkTable, Duration contents, Duration assertion, Duration tablesOpen) {}

  /** Of one cluster; empty when it has none. */
  public List<RowAssertion> assertionsOf(String cluster) {
    return assertions.getOrDefault(cluster, List.of());
  }
}

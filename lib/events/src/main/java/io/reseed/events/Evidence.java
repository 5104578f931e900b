package io.reseed.events;

import io.reseed.events.check.CheckResult;
import io.reseed.events.rule.Check;
import io.reseed.fleet.ServerAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was done to prove a backup.
 *
 * @param host where it was restored
 * @param source whom the restored server caught up from; absent when it was only read back
 * @param transactionsReplayed on top of the backup
 * @param checks all that were made, in their order, at most 60
 * @param stages how long each stage took, in their order
 */
public record Evidence(
    String host,
    @Nullable ServerAddress source,
    long bytesRestored,
    long transactionsReplayed,
    List<CheckResult> checks,
    List<StageTime> stages) {
  /** Most checks that evidence lists. */
  public static final int CHECKS_MAX = 60;

  /** Checks presence and bounds. */
  public Evidence {
    Check.name("evidence.host", host);
    Check.atLeast("evidence.bytesRestored", 0, bytesRestored);
    Check.atLeast("evidence.transactionsReplayed", 0, transactionsReplayed);
    checks = Check.atMost("evidence.checks", CHECKS_MAX, checks);
    stages = Check.atMost("evidence.stages", 10, stages);
  }
}

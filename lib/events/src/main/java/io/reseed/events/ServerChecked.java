package io.reseed.events;

import io.reseed.events.check.CheckResult;
import io.reseed.events.rule.Check;
import io.reseed.fleet.InvalidFieldException;
import io.reseed.fleet.ShardName;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A dedicated server of the backup pipeline was checked, and every check held. With stage CHECK it
 * is the caught-up server; with stage READ_BACK the one restored from the new backup. What does not
 * hold is a {@code seeding-failed}.
 *
 * @param stage CHECK or READ_BACK
 * @param backup what the server was made from, if from a backup
 * @param bytesRestored for stage READ_BACK, else 0
 */
public record ServerChecked(
    ShardName shard,
    String seeding,
    int attempt,
    String host,
    SeedingStage stage,
    @Nullable String backup,
    long bytesRestored,
    List<CheckResult> checks,
    long durationMillis)
    implements Event {
  /** Checks presence and bounds. */
  public ServerChecked {
    Check.present("shard", shard);
    Check.name("seeding", seeding);
    Check.atLeast("attempt", 1, attempt);
    Check.name("host", host);
    Check.present("stage", stage);
    if (stage != SeedingStage.CHECK && stage != SeedingStage.READ_BACK) {
      throw new InvalidFieldException("stage", "must be CHECK or READ_BACK");
    }
    Check.optionalName("backup", backup);
    Check.atLeast("bytesRestored", 0, bytesRestored);
    checks = Check.atMost("checks", Evidence.CHECKS_MAX, checks);
    Check.atLeast("durationMillis", 0, durationMillis);
  }

  @Override
  public Topic topic() {
    return Topic.SERVER_CHECKED;
  }

  @Override
  public String key() {
    return shard.toString();
  }
}

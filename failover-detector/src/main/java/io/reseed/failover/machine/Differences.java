package io.reseed.failover.machine;

import io.reseed.fleet.SettingDifference;
import java.util.List;

/**
 * What a replica has otherwise than its primary.
 *
 * @param shown by name
 * @param leftOut how many more there are
 */
public record Differences(List<SettingDifference> shown, int leftOut) {
  /** A replica that is like its primary. */
  public static final Differences NONE = new Differences(List.of(), 0);

  /** Copies. */
  public Differences {
    shown = List.copyOf(shown);
  }
}

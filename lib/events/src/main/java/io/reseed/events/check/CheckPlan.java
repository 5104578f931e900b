package io.reseed.events.check;

import io.reseed.events.rule.Check;
import io.reseed.fleet.ServerAddress;
import java.util.List;

/**
 * Which share of a server's tables one cycle checks. A table's turn is decided by its name: it is
 * due in the cycles whose rotation modulo the number of cycles equals the name's hash modulo that
 * number, so that as many successful cycles in a row cover every table.
 *
 * @param rotation grows by one with every cycle that succeeded
 * @param tableCheckCycles within how many cycles CHECK TABLE covers all tables
 * @param contentCheckCycles within how many cycles all contents are compared with a replica's
 * @param comparable replicas whose contents may be compared with, never the primary; none: no
 *     comparison
 */
public record CheckPlan(
    long rotation, int tableCheckCycles, int contentCheckCycles, List<ServerAddress> comparable) {
  /** Leaves nothing out but the comparison. */
  public static final CheckPlan ALL_TABLES = new CheckPlan(0, 1, 1, List.of());

  /** Checks bounds. */
  public CheckPlan {
    Check.atLeast("checks.rotation", 0, rotation);
    Check.within("checks.tableCheckCycles", 1, 1_000, tableCheckCycles);
    Check.within("checks.contentCheckCycles", 1, 1_000, contentCheckCycles);
    comparable = Check.atMost("checks.comparable", 50, comparable);
  }

  /**
   * The plan after a failover. Contents are compared on only with the server that it still
   * replicates from, and never with a primary.
   */
  public CheckPlan repointed(ServerAddress primary, ServerAddress source) {
    return new CheckPlan(
        rotation,
        tableCheckCycles,
        contentCheckCycles,
        comparable.stream().filter(s -> s.equals(source) && !s.equals(primary)).toList());
  }
}

package io.reseed.mysql.replication;

import io.reseed.mysql.NotYet;
import io.reseed.mysql.ServerAddress;
import io.reseed.mysql.ServerObservation;
import io.reseed.mysql.gtid.GtidSet;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Pure judgements on who may be, or is, the primary. */
public final class PromotionCheck {
  private PromotionCheck() {}

  /**
   * Whether a server is fit as the primary.
   *
   * @param writable ordinary clients can write to it
   * @param replicates it still has a replication channel whose receiver is not stopped
   * @param lacks per other server, the transactions that it executed or retrieved and this one has
   *     not executed; without entries for servers whose transactions it all has
   */
  public record Verdict(boolean writable, boolean replicates, Map<ServerAddress, GtidSet> lacks) {
    /** Copies. */
    public Verdict {
      lacks = java.util.Collections.unmodifiableMap(new TreeMap<>(lacks));
    }

    /** Writable, no replica itself, lacking nothing. */
    public boolean fit() {
      return writable && !replicates && lacks.isEmpty();
    }
  }

  /** Judges a server against all others that were reachable (it may be among them). */
  public static Verdict judge(ServerObservation primary, Collection<ServerObservation> others) {
    return NotYet.body(primary, others);
  }

  /**
   * The server that knows (executed or retrieved) everything that any of them knows, the one that
   * executed more first, then by address. Empty when none contains all others: then a promotion
   * would lose transactions, and a person decides.
   */
  public static Optional<ServerObservation> bestCandidate(
      Collection<ServerObservation> candidates) {
    return NotYet.body(candidates.toString());
  }
}

package io.reseed.mysql.replication;

import io.reseed.fleet.ServerAddress;
import io.reseed.mysql.ReplicaChannel.ReceiverState;
import io.reseed.mysql.ServerObservation;
import io.reseed.mysql.gtid.GtidSet;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Pure judgements on who may be, or is, the primary. */
public final class PromotionCheck {
  private static final Comparator<ServerObservation> BEST_FIRST =
      Comparator.comparingLong((ServerObservation server) -> server.gtidExecuted().count())
          .reversed()
          .thenComparing(ServerObservation::address);

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
      lacks = Collections.unmodifiableMap(new TreeMap<>(lacks));
    }

    /** Writable, no replica itself, lacking nothing. */
    public boolean fit() {
      return writable && !replicates && lacks.isEmpty();
    }
  }

  /**
   * Judges a server against all others that were reachable (it may be among them, and is known by
   * its UUID). The primary must have been observed after the others: what it commits between two
   * looks would otherwise seem to be lacking.
   */
  public static Verdict judge(ServerObservation primary, Collection<ServerObservation> others) {
    Map<ServerAddress, GtidSet> lacks = new TreeMap<>();
    for (ServerObservation other : others) {
      GtidSet missing = other.gtidKnown().subtract(primary.gtidExecuted());
      if (!other.serverUuid().equals(primary.serverUuid()) && !missing.isEmpty()) {
        lacks.put(other.address(), missing);
      }
    }
    boolean replicates =
        primary
            .replication()
            .filter(channel -> channel.receiver() != ReceiverState.STOPPED)
            .isPresent();
    return new Verdict(primary.writable(), replicates, lacks);
  }

  /**
   * The server that knows (executed or retrieved) everything that any of them knows, the one that
   * executed more first, then by address. Empty when none contains all others: then a promotion
   * would lose transactions, and a person decides.
   */
  public static Optional<ServerObservation> bestCandidate(
      Collection<ServerObservation> candidates) {
    GtidSet all =
        candidates.stream().map(ServerObservation::gtidKnown).reduce(GtidSet.EMPTY, GtidSet::union);
    return candidates.stream()
        .filter(candidate -> candidate.gtidKnown().contains(all))
        .min(BEST_FIRST);
  }
}

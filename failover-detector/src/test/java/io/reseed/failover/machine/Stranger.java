package io.reseed.failover.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.events.FailoverFact.ClaimAnswered.Outcome;
import io.reseed.fleet.ServerAddress;
import java.util.HashSet;
import java.util.Set;

/** A program of somebody else's that goes by the published facts alone. */
final class Stranger {
  /** Servers that it was given, and not told to take out. */
  final Set<ServerAddress> pool = new HashSet<>();

  private final Set<ServerAddress> out = new HashSet<>();
  private final Set<String> answered = new HashSet<>();

  /** Reads what one decision publishes; each fact must be news. */
  void read(FailoverEvent event) {
    switch (event) {
      case FailoverEvent.ReplicaKept kept -> {
        out.remove(kept.server());
        pool.add(kept.server());
      }
      case FailoverEvent.MemberReturned returned -> {
        assertThat(out.remove(returned.server())).as("withdrawn before it returned").isTrue();
        pool.add(returned.server());
      }
      case FailoverEvent.MemberWithdrawn withdrawn -> {
        assertThat(out.add(withdrawn.server())).as("withdrawn once").isTrue();
        pool.remove(withdrawn.server());
      }
      // a server that comes by other ways than ours is told of anew when it goes
      case FailoverEvent.MemberForgotten forgotten -> out.remove(forgotten.server());
      case FailoverEvent.PrimaryVerified verified -> {
        out.remove(verified.primary());
        if (verified.retires() != null) {
          out.remove(verified.retires());
        }
      }
      case FailoverEvent.CareEnded _ -> {
        out.clear();
        pool.clear();
      }
      case FailoverEvent.ClaimAnswered answer when answer.outcome() != Outcome.WAITING ->
          assertThat(answered.add(answer.claim().name())).as("one final answer").isTrue();
      default -> {
        // publishes no fact
      }
    }
  }
}

package io.reseed.failover.machine;

import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;

/** Remembers which transitions any test of this run visited. */
final class Transitions {
  private static final Set<String> VISITED = new ConcurrentSkipListSet<>();

  private Transitions() {}

  static Set<String> visited() {
    return Set.copyOf(VISITED);
  }

  static void visit(FailoverState before, FailoverEvent event, FailoverState after) {
    String name = event.getClass().getSimpleName();
    if (event instanceof FailoverEvent.OfSeeding ofSeeding) {
      String from = phase(before, ofSeeding.seeding());
      VISITED.add(from + " -" + name + "-> " + phase(after, ofSeeding.seeding()));
    } else {
      VISITED.add(kind(before) + " -" + name + "-> " + kind(after));
    }
  }

  private static String phase(FailoverState state, String seeding) {
    return ((DeclaredShard) state)
        .seeding(seeding)
        .map(s -> s.phase().getClass().getSimpleName())
        .orElse("gone");
  }

  private static String kind(FailoverState state) {
    return state instanceof DeclaredShard shard
        ? shard.leadership().getClass().getSimpleName()
        : state.getClass().getSimpleName();
  }
}

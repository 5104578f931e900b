package io.reseed.failover.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class FailoverSimulationTest {
  private static final long SEEDS = 150;
  private static final long MANY_SEEDS = 40_000;
  private static final Map<String, Long> EVENTS = new TreeMap<>();

  @Test
  @Order(1)
  void whateverHappensTheInvariantsHoldAndAWellWorldEndsWhole() {
    simulate(1, SEEDS);
  }

  @Test
  @Order(4)
  @Tag("long")
  void whateverElseHappensTheInvariantsHoldAndAWellWorldEndsWhole() {
    simulate(SEEDS + 1, MANY_SEEDS);
  }

  private static void simulate(long firstSeed, long lastSeed) {
    for (long seed = firstSeed; seed <= lastSeed; seed++) {
      Simulation simulation = new Simulation(seed);
      try {
        simulation.misfortune(250);
        simulation.recovery();
      } catch (AssertionError | RuntimeException e) {
        fail("seed " + seed + "\n" + simulation.history(), e);
      }
      simulation.eventCounts().forEach((event, count) -> EVENTS.merge(event, count, Long::sum));
    }
  }

  /** The events that decide are all decided somewhere in the simulation. */
  @Test
  @Order(2)
  void theSimulationReachesEveryEvent() {
    TreeSet<String> unvisited = new TreeSet<>(Simulation.allEvents());
    unvisited.removeAll(EVENTS.keySet());
    assertThat(unvisited).as("never decided; decided: " + EVENTS).isEmpty();
  }

  /** The legal transitions, written down: one that is never visited or not listed fails. */
  @Test
  @Order(3)
  void everyLegalTransitionIsVisitedAndNoOther() {
    assertThat(new TreeSet<>(Simulation.visited()))
        .containsExactlyElementsOf(new TreeSet<>(LegalTransitions.all()));
  }
}

package io.reseed.restore;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.reseed.agent.AgentSnapshot;
import io.reseed.events.HostStatus.HeldState;
import io.reseed.events.SeedingAssigned;
import java.util.Locale;
import java.util.function.Supplier;

/** How many servers the host holds, by state: {@code reseed.servers.held}. */
final class HeldServers {
  private HeldServers() {}

  static void measure(
      MeterRegistry meters, Supplier<AgentSnapshot<SeedingAssigned, Job>> agent, String address) {
    for (HeldState state : HeldState.values()) {
      Gauge.builder("reseed.servers.held", () -> count(agent.get(), address, state))
          .tag("state", state.name().toLowerCase(Locale.ROOT))
          .register(meters);
    }
  }

  private static long count(
      AgentSnapshot<SeedingAssigned, Job> held, String address, HeldState state) {
    return held.jobs().stream().filter(job -> job.held(address).state() == state).count();
  }
}

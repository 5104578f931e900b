package io.reseed.restore;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.reseed.agent.AgentSnapshot;
import io.reseed.events.SeedingAssigned;
import io.reseed.service.ServiceParts;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/** The whole service but for its Quarkus shell. */
record RunningAgent(ServiceParts parts, Supplier<AgentSnapshot<SeedingAssigned, Job>> agent)
    implements AutoCloseable {

  static RunningAgent start(RestoreConfig config, Map<String, String> kafka)
      throws InterruptedException {
    AtomicReference<Supplier<AgentSnapshot<SeedingAssigned, Job>>> agent = new AtomicReference<>();
    RestoreApplication service =
        new RestoreApplication(config) {
          @Override
          public void open(ServiceParts parts) throws InterruptedException {
            agent.set(openAgent(parts));
          }
        };
    ServiceParts parts = ServiceParts.open(service, kafka, new SimpleMeterRegistry());
    return new RunningAgent(parts, agent.get());
  }

  /** What the agent holds. */
  AgentSnapshot<SeedingAssigned, Job> snapshot() {
    return agent.get();
  }

  boolean isReady() {
    return parts.readiness().isReady();
  }

  @Override
  public void close() {
    parts.close();
  }
}

package io.reseed.service;

import io.micrometer.core.instrument.Gauge;
import io.reseed.coordinator.hosts.HostRegistry;
import io.reseed.events.SeedingAssigned;
import io.reseed.events.Topic;
import io.reseed.fleet.FailureCode;
import io.reseed.kafka.FollowedTopic;
import java.time.Duration;
import java.util.TreeSet;

/** What all hosts show, and what is assigned to them. */
public record FollowedHosts(HostRegistry registry, FollowedTopic<SeedingAssigned> assignments) {
  /**
   * Begins to follow both; the service is not ready while they are not known.
   *
   * @param heartbeatTimeout see {@link HostRegistry}
   */
  public static FollowedHosts open(ServiceParts parts, Duration heartbeatTimeout) {
    FollowedTopic.Source source =
        new FollowedTopic.Source(parts.kafka(), parts.identity().topics());
    FollowedTopic<SeedingAssigned> assignments =
        parts.opened(
            FollowedTopic.open(
                source,
                new FollowedTopic.Subject<>(Topic.SEEDING_ASSIGNED, SeedingAssigned.class),
                new FollowedTopic.Listener<>() {}));
    HostRegistry hosts = parts.opened(new HostRegistry(source, assignments, heartbeatTimeout));
    parts.readyWhen(
        () ->
            Readiness.of(hosts.trouble().isEmpty())
                .with("hosts", hosts.trouble().orElseGet(() -> known(hosts))));
    Gauge.builder("reseed.hosts.names.shared", () -> hosts.namesShared().size())
        .register(parts.meters());
    return new FollowedHosts(hosts, assignments);
  }

  private static String known(HostRegistry hosts) {
    return hosts.namesShared().isEmpty()
        ? "known"
        : FailureCode.HOST_NAME_SHARED + " " + new TreeSet<>(hosts.namesShared());
  }
}

package io.reseed.service;

import io.reseed.coordinator.hosts.HostRegistry;
import io.reseed.events.SeedingAssigned;
import io.reseed.events.Topic;
import io.reseed.kafka.FollowedTopic;
import java.time.Duration;

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
            Readiness.of(hosts.trouble().isEmpty()).with("hosts", hosts.trouble().orElse("known")));
    return new FollowedHosts(hosts, assignments);
  }
}

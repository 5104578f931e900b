package io.reseed.service;

import io.micrometer.core.instrument.Gauge;
import io.reseed.agent.AgentSnapshot;
import io.reseed.agent.JobId;
import io.reseed.agent.Reporter;
import io.reseed.fleet.FailureCode;
import io.reseed.kafka.EventPublisher;
import io.reseed.kafka.FollowedTopic;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** What the agent of a host needs of its service, and how the service shows it. */
public final class Agents {
  private static final Duration PUBLISH_TIMEOUT = Duration.ofSeconds(10);

  private Agents() {}

  /** Where its assignments are read. */
  public static FollowedTopic.Source source(ServiceParts parts) {
    return new FollowedTopic.Source(parts.kafka(), parts.identity().topics());
  }

  /** What it publishes with; open it before all that reports by it. */
  public static Reporter reporter(ServiceParts parts, InstantSource clock) {
    return new Reporter(
        parts.identity().topics(),
        parts.opened(EventPublisher.open(parts.kafka(), PUBLISH_TIMEOUT)),
        clock);
  }

  /**
   * The service is ready while the agent of the host knows its assignments, and says which jobs the
   * agent does not touch.
   */
  public static void show(ServiceParts parts, String host, Supplier<AgentSnapshot<?, ?>> agent) {
    parts.readyWhen(() -> readiness(agent.get()).with("host", host));
    Gauge.builder("reseed.jobs.unclaimed", () -> agent.get().unclaimed().size())
        .register(parts.meters());
    Gauge.builder("reseed.jobs.namesakes", () -> agent.get().namesakes().size())
        .register(parts.meters());
  }

  private static Readiness readiness(AgentSnapshot<?, ?> snapshot) {
    Readiness readiness =
        Readiness.of(snapshot.idleReason().isEmpty()).with("jobs", snapshot.jobs().size());
    if (snapshot.idleReason().isPresent()) {
      readiness = readiness.with("reason", snapshot.idleReason().get());
    }
    if (!snapshot.unclaimed().isEmpty()) {
      readiness = readiness.with("unclaimedJobs", names(snapshot.unclaimed()).toString());
    }
    if (!snapshot.namesakes().isEmpty()) {
      readiness =
          readiness.with(
              "namesakesJobs", FailureCode.HOST_NAME_SHARED + " " + names(snapshot.namesakes()));
    }
    return snapshot.unreadable().isEmpty()
        ? readiness
        : readiness.with("unreadableJobs", String.join("; ", snapshot.unreadable()));
  }

  private static SortedSet<String> names(Set<JobId> jobs) {
    return jobs.stream().map(JobId::toString).collect(Collectors.toCollection(TreeSet::new));
  }
}

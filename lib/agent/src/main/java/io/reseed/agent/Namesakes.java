package io.reseed.agent;

import io.reseed.events.Assignment;
import io.reseed.fleet.FailureCode;
import java.util.Collection;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is assigned to other hosts of this one's name; each attempt is told once. */
final class Namesakes {
  private static final Logger LOG = LoggerFactory.getLogger(Namesakes.class);

  private final String host;
  private volatile Set<JobId> jobs = Set.of();

  Namesakes(String host) {
    this.host = host;
  }

  Set<JobId> jobs() {
    return jobs;
  }

  void see(Collection<? extends Assignment> assigned) {
    for (Assignment one : assigned) {
      if (!jobs.contains(JobId.of(one))) {
        LOG.error(
            "assignment is another host's, is left alone host={} job={} code={} identity={}"
                + " hint=give each host a reseed.host.name of its own",
            host,
            JobId.of(one),
            FailureCode.HOST_NAME_SHARED,
            one.hostIdentity());
      }
    }
    jobs = assigned.stream().map(JobId::of).collect(Collectors.toUnmodifiableSet());
  }
}

package io.reseed.failover.machine;

import io.reseed.events.PrimaryFailed;
import io.reseed.fleet.ServerAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * That a primary failed, as one or several publishers say it. A claim, not the truth.
 *
 * @param failed the server that is claimed to be dead
 * @param named the successors that were named, newest first, at most {@link #NAMED_MAX}
 * @param publisher who claimed it first
 * @param id the publisher's id of the recovery, if it has one
 */
public record Incident(
    ServerAddress failed,
    List<ServerAddress> named,
    String reason,
    String publisher,
    @Nullable String id) {
  static final int NAMED_MAX = 3;

  /** Copies. */
  public Incident {
    named = List.copyOf(named);
  }

  public static Incident of(PrimaryFailed event) {
    List<ServerAddress> named = event.promoted() == null ? List.of() : List.of(event.promoted());
    return new Incident(event.failed(), named, event.reason(), event.publisher(), event.incident());
  }

  /** This incident with what another report adds to it: the successors that it names. */
  Incident with(Incident report) {
    List<ServerAddress> all = new ArrayList<>(report.named);
    named.stream().filter(server -> !all.contains(server)).forEach(all::add);
    all.remove(failed);
    List<ServerAddress> newest = all.subList(0, Math.min(NAMED_MAX, all.size()));
    return new Incident(failed, newest, reason, publisher, id);
  }

  /** Whether the failed server or a named successor is one of these. */
  boolean speaksOf(Collection<ServerAddress> servers) {
    return servers.contains(failed) || named.stream().anyMatch(servers::contains);
  }
}

package io.reseed.cli.fleet;

import io.reseed.events.HostStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which hosts speak under one name, as far as their heartbeats still lie in the topic. */
final class HostNames {
  /** Between two heartbeats of hosts that live at one time; the usual interval is 5 s. */
  private static final Duration AT_ONE_TIME = Duration.ofMinutes(1);

  private final Map<String, List<Heard>> heardByName = new HashMap<>();

  private record Heard(HostStatus status, Instant at) {}

  /**
   * Takes a heartbeat in.
   *
   * @param status null for a tombstone
   */
  void heard(String name, @Nullable HostStatus status, Instant at) {
    List<Heard> all = new ArrayList<>();
    if (status != null) {
      all.add(new Heard(status, at));
      heardByName.getOrDefault(name, List.of()).stream()
          .filter(before -> !before.status().mayShareHostWith(status))
          .filter(before -> Duration.between(before.at(), at).abs().compareTo(AT_ONE_TIME) < 0)
          .forEach(all::add);
    }
    heardByName.put(name, List.copyOf(all));
  }

  List<HostStatus> namesakes(HostStatus host) {
    return heardByName.getOrDefault(host.host(), List.of()).stream()
        .map(Heard::status)
        .filter(said -> !said.mayShareHostWith(host))
        .toList();
  }
}

package io.reseed.coordinator.hosts;

import io.reseed.events.HostStatus;
import io.reseed.fleet.FailureCode;
import io.reseed.kafka.FollowedTopic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which hosts are alive, by one clock: this process' steady one. A heartbeat counts when it arrives
 * while we listen. What lay in the topic already says nothing of the present, as its host may have
 * died years ago; and the time that a host or a broker wrote on it is another clock's. Several
 * hosts that speak under one name are told apart by their identities and addresses. Thread-safe.
 */
final class Heartbeats implements FollowedTopic.Listener<HostStatus> {
  private static final Logger LOG = LoggerFactory.getLogger(Heartbeats.class);

  private final long timeoutNanos;
  private final LongSupplier nanoClock;
  private final Map<String, List<Heard>> heardByName = new ConcurrentHashMap<>();
  private final Set<String> namesSharedTold = ConcurrentHashMap.newKeySet();
  private volatile @Nullable Long listeningSinceNanos;

  /** The last word of one host. */
  private record Heard(HostStatus status, long atNanos) {}

  /**
   * Has heard nobody yet.
   *
   * @param nanoClock never goes back, as {@link System#nanoTime}
   */
  Heartbeats(Duration timeout, LongSupplier nanoClock) {
    this.timeoutNanos = timeout.toNanos();
    this.nanoClock = nanoClock;
  }

  @Override
  public void known() {
    listeningSinceNanos = nanoClock.getAsLong();
  }

  @Override
  public void unknown(FollowedTopic.Trouble trouble, String reason) {
    listeningSinceNanos = null;
  }

  @Override
  public void changed(FollowedTopic.Change<HostStatus> change) {
    if (change.value().isEmpty()) {
      heardByName.remove(change.key());
    } else if (!change.replayed()) {
      heard(change.key(), change.value().get());
    }
  }

  private void heard(String name, HostStatus status) {
    Heard now = new Heard(status, nanoClock.getAsLong());
    List<Heard> all = new ArrayList<>();
    all.add(now);
    for (Heard before : heardByName.getOrDefault(name, List.of())) {
      if (!before.status().mayShareHostWith(status) && isRecent(before)) {
        all.add(before);
      }
    }
    heardByName.put(name, List.copyOf(all));
    tell(name, all.stream().map(Heard::status).toList());
  }

  private void tell(String name, List<HostStatus> speakers) {
    if (speakers.size() == 1) {
      namesSharedTold.remove(name);
    } else if (namesSharedTold.add(name)) {
      LOG.error(
          "hosts share a name, neither gets new work host={} code={} hosts={}"
              + " hint=give each host a reseed.host.name of its own",
          name,
          FailureCode.HOST_NAME_SHARED,
          speakers.stream().map(HostStatus::shownPlace).sorted().toList());
    }
  }

  private boolean isRecent(Heard heard) {
    return nanoClock.getAsLong() - heard.atNanos() <= timeoutNanos;
  }

  /** Whether a host counts as dead. */
  boolean isTimedOut(String host) {
    return speakers(host).isEmpty();
  }

  /**
   * What the living hosts of a name said last, the one that spoke last first: several where a name
   * is shared, none where the host counts as dead.
   */
  List<HostStatus> speakers(String name) {
    return heardByName.getOrDefault(name, List.of()).stream()
        .filter(this::isRecent)
        .map(Heard::status)
        .toList();
  }

  /** The names under which more than one host speaks. */
  Set<String> namesShared() {
    return heardByName.keySet().stream()
        .filter(name -> speakers(name).size() > 1)
        .collect(Collectors.toUnmodifiableSet());
  }

  /**
   * How long until every living host had the time to be heard since we began to listen; 0 when they
   * all had it, empty while nobody listens.
   */
  OptionalLong unsettledNanos() {
    Long since = listeningSinceNanos;
    return since == null
        ? OptionalLong.empty()
        : OptionalLong.of(Math.max(0, timeoutNanos - (nanoClock.getAsLong() - since)));
  }
}

package io.reseed.coordinator.hosts;

import io.reseed.events.HostStatus;
import io.reseed.kafka.FollowedTopic;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Which hosts are alive, by one clock: this process' steady one. A heartbeat counts when it arrives
 * while we listen. What lay in the topic already says nothing of the present, as its host may have
 * died years ago; and the time that a host or a broker wrote on it is another clock's. Thread-safe.
 */
final class Heartbeats implements FollowedTopic.Listener<HostStatus> {
  private final long timeoutNanos;
  private final LongSupplier nanoClock;
  private final Map<String, Long> receivedAtNanos = new ConcurrentHashMap<>();
  private volatile @Nullable Long listeningSinceNanos;

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
      receivedAtNanos.remove(change.key());
    } else if (!change.replayed()) {
      receivedAtNanos.put(change.key(), nanoClock.getAsLong());
    }
  }

  /** Whether a host counts as dead. */
  boolean isTimedOut(String host) {
    Long at = receivedAtNanos.get(host);
    return at == null || nanoClock.getAsLong() - at > timeoutNanos;
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

package io.reseed.mysql;

import io.reseed.fleet.ServerAddress;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.WeakHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Servers' settings as they were last read. Thread-safe. Servers that have the same settings share
 * them, so that a fleet's take little more than one server's.
 */
final class KeptSettings {
  /** Until they are to be read anew: they change rarely, and are a larger answer than a look. */
  static final Duration AGE_MAX = Duration.ofMinutes(5);

  private final LongSupplier nanoTime;

  /** Those read longest ago first. */
  private final Map<Asked, Read> read = new LinkedHashMap<>();

  private final Map<ServerSettings, WeakReference<ServerSettings>> shared = new WeakHashMap<>();

  /** Whose settings, and who asked. */
  record Asked(ServerAddress address, Credentials credentials) {}

  /** Null where the server did not let them be read. */
  private record Read(@Nullable ServerSettings settings, long nanos) {}

  KeptSettings(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  synchronized Optional<ServerSettings> of(Asked key) {
    return Optional.ofNullable(read.get(key)).flatMap(it -> Optional.ofNullable(it.settings()));
  }

  synchronized boolean isDue(Asked key) {
    Read last = read.get(key);
    return last == null || nanoTime.getAsLong() - last.nanos() >= AGE_MAX.toNanos();
  }

  synchronized void forget(Asked key) {
    read.remove(key);
  }

  /** Forgets those of servers at which nobody looks any longer, too. */
  synchronized void keep(Asked key, Optional<ServerSettings> settings) {
    long now = nanoTime.getAsLong();
    read.remove(key);
    read.put(key, new Read(settings.map(this::share).orElse(null), now));
    Iterator<Read> oldestFirst = read.values().iterator();
    while (now - oldestFirst.next().nanos() > AGE_MAX.multipliedBy(2).toNanos()) {
      oldestFirst.remove();
    }
  }

  private ServerSettings share(ServerSettings settings) {
    WeakReference<ServerSettings> known = shared.get(settings);
    ServerSettings same = known == null ? null : known.get();
    if (same != null) {
      return same;
    }
    shared.put(settings, new WeakReference<>(settings));
    return settings;
  }
}

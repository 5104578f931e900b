package io.reseed.coordinator;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The states of one task's shards, and when each wants to be woken. For the stream thread only.
 *
 * <p>They are held in memory for as long as the task is here; stored is what the codec makes of
 * them, and only when that is not stored already.
 */
final class ShardStates<S> {
  /** How soon a timer fires again that stays due. */
  static final Duration REFIRE = Duration.ofSeconds(1);

  private static final Logger LOG = LoggerFactory.getLogger(ShardStates.class);

  private record Alarm(Instant at, String shard) {}

  private final KeyValueStore<String, byte[]> store;
  private final ShardMachine<S, ?, ?, ?> machine;
  private final StateCodec<S> codec;
  private final String applicationId;
  private final int bytesMax;
  private final Map<String, S> shown;
  private final Map<String, S> held = new HashMap<>();
  private final Map<String, Instant> alarmOfShard = new HashMap<>();
  private final TreeSet<Alarm> alarms =
      new TreeSet<>(Comparator.comparing(Alarm::at).thenComparing(Alarm::shard));

  /**
   * @param bytesMax how large a stored state may be
   * @param shown where others may read the states; this adds the task's shards to it
   */
  ShardStates(
      KeyValueStore<String, byte[]> store,
      ShardService<S, ?, ?, ?> service,
      int bytesMax,
      Map<String, S> shown) {
    this.bytesMax = bytesMax;
    this.store = store;
    this.machine = service.machine();
    this.codec = service.stateCodec();
    this.applicationId = service.applicationId();
    this.shown = shown;
  }

  /** All shards with a stored state. */
  List<String> shards() {
    List<String> shards = new ArrayList<>();
    try (KeyValueIterator<String, byte[]> all = store.all()) {
      while (all.hasNext()) {
        KeyValue<String, byte[]> next = all.next();
        shards.add(next.key);
      }
    }
    return shards;
  }

  /**
   * Looks at every stored state, before anything is decided.
   *
   * @throws StateTooNewException when a newer version of the service has stored one
   */
  void refuseTooNew() {
    try (KeyValueIterator<String, byte[]> all = store.all()) {
      while (all.hasNext()) {
        KeyValue<String, byte[]> next = all.next();
        refuseTooNew(next.key, next.value);
      }
    }
  }

  private void refuseTooNew(String shard, byte[] stored) {
    try {
      codec.decode(stored);
    } catch (StateTooNewException e) {
      throw e.of(applicationId, shard);
    } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError e) {
      // the shard stands still, and its resumption says why
      LOG.debug("stored state unreadable shard={}", shard, e);
    }
  }

  /** The state of a shard; throws what the codec throws about a stored one. */
  S get(String shard) {
    S here = held.get(shard);
    return here == null ? stored(shard) : here;
  }

  private S stored(String shard) {
    byte[] stored = store.get(shard);
    return stored == null ? machine.initial(shard) : codec.decode(stored);
  }

  /** What is to be stored of a state; null when it is as if nothing was heard of the shard. */
  Change<S> change(String shard, S state) {
    byte[] bytes = state.equals(machine.initial(shard)) ? null : codec.encode(state);
    if (bytes != null && bytes.length > bytesMax) {
      throw new IllegalStateException(
          "the state takes %d bytes, of at most %d".formatted(bytes.length, bytesMax));
    }
    return new Change<>(shard, state, new Stored(bytes), wakeAt(state));
  }

  private Instant wakeAt(S state) {
    return machine.wakeAt(state).orElse(Instant.MAX);
  }

  /** Everything that a new state brings, worked out before any of it is stored. */
  record Change<S>(String shard, S state, Stored stored, Instant wakeAt) {
    /** Whether it is as if nothing was heard of the shard. */
    boolean isForgotten() {
      return stored.bytes == null;
    }
  }

  /** Encoded bytes, or none. */
  private static final class Stored {
    private final byte @Nullable [] bytes;

    Stored(byte @Nullable [] bytes) {
      this.bytes = bytes;
    }
  }

  /** Takes a new state, and stores it where that says something new. */
  void put(Change<S> change) {
    String shard = change.shard();
    byte[] bytes = change.stored().bytes;
    if (!Arrays.equals(bytes, store.get(shard))) {
      store.put(shard, bytes);
    }
    if (bytes == null) {
      shown.remove(shard);
      held.remove(shard);
    } else {
      show(shard, change.state());
    }
    setAlarm(change.shard(), change.wakeAt());
  }

  /** Takes note of a stored state after a restore, without changing it. */
  void restored(String shard, S state) {
    Instant wakeAt = wakeAt(state);
    show(shard, state);
    setAlarm(shard, wakeAt);
  }

  private void show(String shard, S state) {
    shown.put(shard, state);
    held.put(shard, state);
  }

  private void setAlarm(String shard, Instant at) {
    Instant before = alarmOfShard.remove(shard);
    if (before != null) {
      alarms.remove(new Alarm(before, shard));
    }
    if (at.isBefore(Instant.MAX)) {
      alarmOfShard.put(shard, at);
      alarms.add(new Alarm(at, shard));
    }
  }

  /** The shards whose deadline has come; each is not due again until {@link #REFIRE} is over. */
  List<String> takeDue(Instant now) {
    List<String> due = new ArrayList<>();
    while (!alarms.isEmpty() && !alarms.first().at().isAfter(now)) {
      String shard = alarms.first().shard();
      due.add(shard);
      setAlarm(shard, now.plus(REFIRE));
    }
    return due;
  }

  /** When the next deadline comes; {@link Instant#MAX} for never. */
  Instant nextAlarm() {
    return alarms.isEmpty() ? Instant.MAX : alarms.first().at();
  }

  /** The task's shards are lost: others see them no longer. */
  void hide() {
    held.keySet().forEach(shown::remove);
    held.clear();
  }
}

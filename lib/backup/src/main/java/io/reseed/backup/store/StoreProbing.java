package io.reseed.backup.store;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.reseed.backup.JobMonitor;
import io.reseed.backup.Progress;
import io.reseed.backup.work.Workers;
import io.reseed.fleet.FailureCode;
import io.reseed.fleet.FailureException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** One run of a {@link StoreProbe}. */
final class StoreProbing {
  private static final byte[] FIRST = "reseed probe: first".getBytes(US_ASCII);
  private static final byte[] OTHER = "reseed probe: other".getBytes(US_ASCII);

  /**
   * A service that ends for an unfit store is started again and asks again, until it is lucky: one
   * race finds a store that looks first and puts then in a quarter of all cases only.
   */
  private static final int RACES = 24;

  private static final int RACERS = 6;

  private final ObjectStore store;
  private final String prefix;
  private final InstantSource clock;
  private final List<String> lacks = new ArrayList<>();
  private final List<String> written = new ArrayList<>();
  private @Nullable Predicate<String> refusesDamaged;
  private Duration clockDifference = Duration.ZERO;

  /** What a store must be able to do; throws when it is not. */
  private interface Check {
    /** Null when it does; else what happened instead. */
    @Nullable String fault();
  }

  StoreProbing(ObjectStore store, String nonce, InstantSource clock) {
    this.store = store;
    this.prefix = "probe/" + nonce + "/";
    this.clock = clock;
  }

  /** Asks, too, whether a put of this key with a wrong checksum is refused. */
  StoreProbing with(Predicate<String> refusesWhatIsDamaged) {
    refusesDamaged = refusesWhatIsDamaged;
    return this;
  }

  StoreProbe run() {
    try {
      // who may not even put once is refused altogether
      Instant before = clock.instant();
      String tag = store.put(key("first"), ByteBuffer.wrap(FIRST));
      check("read after write", () -> described("first", tag));
      clock(before);
      conditionalPuts();
      reads();
      listings();
      checksums();
    } catch (FailureException e) {
      removeAfter(e);
      throw e;
    }
    check("delete", this::deleted);
    return new StoreProbe(lacks, clockDifference);
  }

  private void conditionalPuts() {
    check(
        "conditional put (If-None-Match: *)",
        () -> {
          PutOutcome outcome = store.putIfAbsent(key("first"), ByteBuffer.wrap(OTHER));
          return !holds("first", FIRST)
              ? "a second put replaced the first"
              : outcome == PutOutcome.ALREADY_EXISTS ? null : "a second put was said to be done";
        });
    check(
        "conditional put of a new object",
        () ->
            store.putIfAbsent(key("new"), ByteBuffer.wrap(FIRST)) == PutOutcome.CREATED
                    && holds("new", FIRST)
                ? null
                : "it was not there afterwards");
    check("atomic conditional put", this::raced);
    check(
        "replacing put",
        () -> {
          String tag = store.put(key("new"), ByteBuffer.wrap(OTHER));
          return holds("new", OTHER) ? described("new", tag) : "the older content was read";
        });
  }

  private @Nullable String raced() {
    for (int race = 0; race < RACES; race++) {
      String fault = raced("race-" + race);
      if (fault != null) {
        return fault;
      }
    }
    return null;
  }

  private @Nullable String raced(String name) {
    AtomicInteger next = new AtomicInteger();
    AtomicInteger created = new AtomicInteger();
    AtomicInteger winner = new AtomicInteger();
    String key = key(name);
    Workers.run(
        Collections.nCopies(
            RACERS,
            () -> {
              int mine = next.getAndIncrement();
              ByteBuffer content = ByteBuffer.wrap(new byte[] {(byte) mine});
              if (store.putIfAbsent(key, content) == PutOutcome.CREATED) {
                created.incrementAndGet();
                winner.set(mine);
              }
            }),
        JobMonitor.SILENT,
        () -> new Progress(0, 0, 0));
    return created.get() != 1
        ? created.get() + " of " + RACERS + " that raced were said to be done"
        : holds(name, new byte[] {(byte) winner.get()}) ? null : "the one that won is not there";
  }

  private void reads() {
    check(
        "ranged get",
        () ->
            Arrays.equals(read("first", 7, 5), Arrays.copyOfRange(FIRST, 7, 12))
                ? null
                : "another part was returned than asked for");
    check(
        "error for a range beyond the end",
        () -> failsWith(FailureCode.OBJECT_TOO_SHORT, "first", FIRST.length - 1));
    check(
        "error for an object that is not there (404; may need the right to list)",
        () ->
            store.head(prefix + "absent").isPresent()
                ? "it was said to be there"
                : failsWith(FailureCode.OBJECT_MISSING, "absent", 0));
  }

  private void listings() {
    check(
        "listing in order",
        () -> {
          List<String> keys =
              List.of(key("list/a-b"), key("list/a/b"), key("list/a0"), key("list/b"));
          keys.reversed().forEach(key -> store.put(key, ByteBuffer.wrap(FIRST)));
          List<String> listed = new ArrayList<>();
          store.list(prefix + "list/", info -> listed.add(info.key()));
          return listed.equals(keys)
              ? null
              : listed.stream().sorted().toList().equals(keys)
                  ? "keys do not come in the order of their bytes"
                  : listed.size() + " of " + keys.size() + " objects just written were listed";
        });
  }

  private void checksums() {
    Predicate<String> refuses = refusesDamaged;
    if (refuses != null) {
      check(
          "checksums (Content-MD5)",
          () -> refuses.test(key("damaged")) ? null : "content with a wrong one was taken");
    }
  }

  private void clock(Instant before) {
    Instant after = clock.instant();
    check(
        "clock",
        () -> {
          Instant stored = store.head(key("first")).orElseThrow().modifiedAt();
          // the store may keep whole seconds only
          if (stored.isBefore(before.minusSeconds(1))) {
            clockDifference = Duration.between(before, stored);
          } else if (stored.isAfter(after.plusSeconds(1))) {
            clockDifference = Duration.between(after, stored);
          }
          return clockDifference.abs().compareTo(StoreProbe.CLOCK_DIFFERENCE_MAX) <= 0
              ? null
              : "the store's differs by %d s from this host's, more than %d"
                  .formatted(
                      clockDifference.toSeconds(), StoreProbe.CLOCK_DIFFERENCE_MAX.toSeconds());
        });
  }

  private @Nullable String deleted() {
    String first = key("first");
    List.copyOf(written).forEach(store::delete);
    store.delete(first);
    List<String> left = new ArrayList<>();
    store.list(prefix, info -> left.add(info.key()));
    return left.isEmpty() && store.head(first).isEmpty()
        ? null
        : "objects were still there after they were deleted";
  }

  private void check(String what, Check check) {
    try {
      String fault = check.fault();
      if (fault != null) {
        lack(what, fault);
      }
    } catch (FailureException e) {
      switch (e.code()) {
        case STORE_UNREACHABLE, CANCELLED, INTERNAL -> throw e;
        default -> lack(what, String.valueOf(e.getMessage()));
      }
    }
  }

  private void lack(String what, String fault) {
    String sentence = what + ": " + fault;
    if (!lacks.contains(sentence)) {
      lacks.add(sentence);
    }
  }

  private @Nullable String failsWith(FailureCode code, String name, long offset) {
    try {
      read(name, offset, 2);
      return "something was read";
    } catch (FailureException e) {
      if (e.code() == code) {
        return null;
      }
      throw e;
    }
  }

  private @Nullable String described(String name, String tag) {
    ObjectInfo info = store.head(key(name)).orElse(null);
    if (info == null || info.sizeBytes() != FIRST.length) {
      return "an object just written was not there whole";
    }
    return info.etag().equals(tag) ? null : "an object has another tag than its put was answered";
  }

  private boolean holds(String name, byte[] content) {
    return Arrays.equals(read(name, 0, content.length), content);
  }

  private byte[] read(String name, long offset, int length) {
    ByteBuffer target = ByteBuffer.allocate(length);
    store.getRange(prefix + name, offset, target);
    return target.array();
  }

  private String key(String name) {
    String key = prefix + name;
    if (!written.contains(key)) {
      written.add(key);
    }
    return key;
  }

  private void removeAfter(FailureException failure) {
    try {
      written.forEach(store::delete);
    } catch (FailureException e) {
      failure.addSuppressed(e);
    }
  }
}

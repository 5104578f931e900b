package io.reseed.backup.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.reseed.fleet.FailureCode;
import io.reseed.fleet.FailureException;
import java.nio.ByteBuffer;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What every store must do; each implementation's test extends this. */
abstract class ObjectStoreContract {
  abstract ObjectStore store();

  @Test
  void aPutObjectIsReadBackWholeAndInParts() {
    store().put("whole/a", bytes("0123456789"));

    assertThat(text("whole/a", 0, 10)).isEqualTo("0123456789");
    assertThat(text("whole/a", 3, 4)).isEqualTo("3456");
    assertThat(text("whole/a", 9, 1)).isEqualTo("9");
  }

  @Test
  void aRangeFillsOnlyTheRestOfTheBuffer() {
    store().put("rest/a", bytes("0123456789"));
    ByteBuffer target = ByteBuffer.allocate(6);
    target.put((byte) '>').limit(5);

    store().getRange("rest/a", 2, target);

    assertThat(new String(target.array(), UTF_8)).isEqualTo(">2345\0");
    assertThat(target.hasRemaining()).isFalse();
  }

  @Test
  void aPutTakesTheRestOfTheBufferAndLeavesItsPosition() {
    ByteBuffer content = ByteBuffer.wrap("__payload__".getBytes(UTF_8), 2, 7);

    String tag = store().put("slice/a", content);

    assertThat(content.position()).isEqualTo(2);
    assertThat(text("slice/a", 0, 7)).isEqualTo("payload");
    assertThat(store().head("slice/a"))
        .hasValueSatisfying(
            info -> {
              assertThat(info.key()).isEqualTo("slice/a");
              assertThat(info.sizeBytes()).isEqualTo(7);
              assertThat(info.etag()).isEqualTo(tag);
            });
  }

  @Test
  void aSecondPutReplacesTheObject() {
    String first = store().put("replace/a", bytes("first"));
    String second = store().put("replace/a", bytes("other"));

    assertThat(text("replace/a", 0, 5)).isEqualTo("other");
    assertThat(second).isNotEqualTo(first);
  }

  @Test
  void aConditionalPutNeverReplaces() {
    assertThat(store().putIfAbsent("once/a", bytes("first"))).isEqualTo(PutOutcome.CREATED);
    assertThat(store().putIfAbsent("once/a", bytes("other"))).isEqualTo(PutOutcome.ALREADY_EXISTS);
    assertThat(text("once/a", 0, 5)).isEqualTo("first");
  }

  /** False for one that the probe would refuse. */
  boolean hasAtomicConditionalPuts() {
    return true;
  }

  @Test
  void ofRacingConditionalPutsExactlyOneCreates() throws Exception {
    int racers = 6;
    CountDownLatch start = new CountDownLatch(1);
    List<Future<PutOutcome>> outcomes = new ArrayList<>();
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < racers; i++) {
        ByteBuffer content = bytes("racer " + i);
        Callable<PutOutcome> race =
            () -> {
              start.await();
              return store().putIfAbsent("race/a", content);
            };
        outcomes.add(executor.submit(race));
      }
      start.countDown();
    }
    List<PutOutcome> found = new ArrayList<>();
    for (Future<PutOutcome> outcome : outcomes) {
      found.add(outcome.get());
    }
    int winner = found.indexOf(PutOutcome.CREATED);
    if (!hasAtomicConditionalPuts()) {
      assertThat(found).contains(PutOutcome.CREATED);
      return;
    }
    assertThat(found).containsOnlyOnce(PutOutcome.CREATED);
    assertThat(text("race/a", 0, 7)).isEqualTo("racer " + winner);
  }

  @Test
  void whatIsNotThereIsSaidSo() {
    assertThat(store().head("missing/a")).isEmpty();
    assertThat(store().get("missing/a", 10)).isEmpty();
    assertFails(FailureCode.OBJECT_MISSING, () -> text("missing/a", 0, 1));
  }

  @Test
  void aRangeBeyondTheEndIsAnErrorNotAShortRead() {
    store().put("short/a", bytes("0123456789"));

    assertFails(FailureCode.OBJECT_TOO_SHORT, () -> text("short/a", 8, 4));
    assertFails(FailureCode.OBJECT_TOO_SHORT, () -> text("short/a", 10, 1));
    assertFails(FailureCode.OBJECT_TOO_SHORT, () -> text("short/a", 1_000, 1));
  }

  @Test
  void aWholeGetRefusesAnObjectAboveItsBound() {
    store().put("bound/a", bytes("0123456789"));

    assertThat(store().get("bound/a", 10)).hasValue("0123456789".getBytes(UTF_8));
    assertFails(FailureCode.OBJECT_TOO_LONG, () -> store().get("bound/a", 9));
  }

  @Test
  void aListingHasExactlyWhatLiesBelowThePrefixInOrder() {
    List<String> keys = IntStream.range(0, 12).mapToObj(i -> "list/in/" + (100 - i)).toList();
    keys.forEach(key -> store().put(key, bytes(key)));
    store().put("list/outside", bytes("x"));
    store().put("list/inner", bytes("x"));

    List<ObjectInfo> listed = new ArrayList<>();
    store().list("list/in/", listed::add);

    assertThat(listed.stream().map(ObjectInfo::key)).isEqualTo(keys.stream().sorted().toList());
    assertThat(listed).allSatisfy(info -> assertThat(info.sizeBytes()).isBetween(10L, 11L));
  }

  @Test
  void aListingIsInOrderOfBytesAlsoAcrossFolders() {
    List<String> keys =
        List.of("order/a-b", "order/a.b", "order/a/b", "order/a0", "order/b/c/d", "order/b0");
    keys.reversed().forEach(key -> store().put(key, bytes("x")));

    assertThat(keys("order/")).isEqualTo(keys);
    assertThat(keys("order/a")).isEqualTo(keys.subList(0, 4));
    assertThat(keys("order/b/")).containsExactly("order/b/c/d");
    assertThat(keys("order/b/c/d")).containsExactly("order/b/c/d");
    assertThat(keys("order/c")).isEmpty();
  }

  @Test
  void aListingOfMoreThanAThousandHasEachOnceInOrder() {
    List<String> keys = IntStream.range(0, 1_003).mapToObj("many/%05d"::formatted).toList();
    keys.parallelStream().forEach(key -> store().put(key, bytes("x")));

    assertThat(keys("many/")).isEqualTo(keys);
  }

  @Test
  void aListingSaysWhatAHeadSays() {
    store().put("same/a", bytes("0123456789"));
    List<ObjectInfo> listed = new ArrayList<>();
    store().list("same/", listed::add);

    assertThat(listed).hasSize(1);
    assertThat(store().head("same/a"))
        .hasValueSatisfying(
            info -> {
              assertThat(info.etag()).isEqualTo(listed.getFirst().etag()).isNotEmpty();
              assertThat(info.sizeBytes()).isEqualTo(10);
              assertThat(info.modifiedAt())
                  .isCloseTo(listed.getFirst().modifiedAt(), within(1_001, ChronoUnit.MILLIS));
            });
  }

  @Test
  void aRefusedConditionalPutChangesNothingAboutTheObject() {
    store().putIfAbsent("kept/a", bytes("first"));
    ObjectInfo before = store().head("kept/a").orElseThrow();

    store().putIfAbsent("kept/a", bytes("longer than it"));

    assertThat(store().head("kept/a")).hasValue(before);
    store().delete("kept/a");
    assertThat(store().putIfAbsent("kept/a", bytes("again"))).isEqualTo(PutOutcome.CREATED);
  }

  @Test
  void anObjectAsLongAsAPackComesBackWhole() {
    byte[] content = new byte[33 << 20];
    new Random(7).nextBytes(content);
    store().putIfAbsent("long/a", ByteBuffer.wrap(content));

    ByteBuffer all = ByteBuffer.allocate(content.length);
    store().getRange("long/a", 0, all);
    assertThat(Arrays.equals(all.array(), content)).isTrue();
    ByteBuffer last = ByteBuffer.allocate(5);
    store().getRange("long/a", content.length - 5, last);
    assertThat(last.array())
        .isEqualTo(Arrays.copyOfRange(content, content.length - 5, content.length));
    store().delete("long/a");
  }

  /** False for one whose readers may find an object short while it is replaced. */
  boolean hasAtomicReplacements() {
    return true;
  }

  /** How often an object is replaced while it is read. */
  int replacements() {
    return 30;
  }

  private Optional<String> whileReplaced(String key) {
    try {
      return Optional.of(text(key, 0, 8));
    } catch (FailureException e) {
      if (hasAtomicReplacements() || e.code() != FailureCode.OBJECT_TOO_SHORT) {
        throw e;
      }
      return Optional.empty();
    }
  }

  @Test
  void readersOfAnObjectThatIsReplacedSeeOneOfBothWhole() throws Exception {
    store().put("swap/a", bytes("aaaaaaaa"));
    AtomicBoolean over = new AtomicBoolean();
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<?> writer =
          executor.submit(
              () -> {
                for (int i = 0; i < replacements(); i++) {
                  store().put("swap/a", bytes(i % 2 == 0 ? "bbbbbbbb" : "aaaaaaaa"));
                }
                over.set(true);
              });
      do {
        whileReplaced("swap/a").ifPresent(read -> assertThat(read).isIn("aaaaaaaa", "bbbbbbbb"));
      } while (!over.get() && !writer.isDone());
      writer.get();
    }
  }

  @Test
  void anEmptyObjectIsOne() {
    store().put("empty/a", bytes(""));

    assertThat(store().get("empty/a", 10)).hasValue(new byte[0]);
    assertThat(keys("empty/")).containsExactly("empty/a");
    assertFails(FailureCode.OBJECT_TOO_SHORT, () -> text("empty/a", 0, 1));
  }

  @Test
  void aDeletedObjectIsGoneAndMayBeDeletedAgain() {
    store().put("delete/a", bytes("x"));

    store().delete("delete/a");
    store().delete("delete/a");

    assertThat(store().head("delete/a")).isEmpty();
    List<ObjectInfo> listed = new ArrayList<>();
    store().list("delete/", listed::add);
    assertThat(listed).isEmpty();
  }

  @Test
  void anInterruptEndsACallAndStaysSet() {
    Thread.currentThread().interrupt();
    try {
      assertFails(FailureCode.CANCELLED, () -> store().put("interrupt/a", bytes("x")));
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  List<String> keys(String prefix) {
    List<String> keys = new ArrayList<>();
    store().list(prefix, info -> keys.add(info.key()));
    return keys;
  }

  static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(UTF_8));
  }

  static void assertFails(
      FailureCode code, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            FailureException.class, failure -> assertThat(failure.code()).isEqualTo(code));
  }

  String text(String key, long offset, int length) {
    ByteBuffer target = ByteBuffer.allocate(length);
    store().getRange(key, offset, target);
    return new String(target.array(), UTF_8);
  }
}

package io.reseed.backup.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reseed.fleet.FailureCode;
import io.reseed.fleet.FailureException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class RetryingStoreTest {
  private final FlakyStore flaky = new FlakyStore();
  private final TestWaiting waiting = new TestWaiting();
  private final ObjectStore store =
      new RetryingStore(flaky, Duration.ofSeconds(60), waiting, bound -> 0);

  @Test
  void anUnreachableStoreIsTriedAgainAfterDoublingPauses() {
    flaky.failures = 8;

    assertThat(store.head("a")).isPresent();

    assertThat(waiting.pausesMillis)
        .containsExactly(100L, 200L, 400L, 800L, 1_600L, 3_200L, 5_000L, 5_000L);
  }

  @Test
  void chanceShortensAPauseByHalfAtMost() {
    flaky.failures = 1;
    new RetryingStore(flaky, Duration.ofSeconds(60), waiting, bound -> bound - 1).head("a");

    assertThat(waiting.pausesMillis).containsExactly(51L);
  }

  @Test
  void theBudgetBoundsAllTriesTogether() {
    flaky.failures = Integer.MAX_VALUE;

    assertThatThrownBy(() -> store.head("a"))
        .isInstanceOfSatisfying(
            FailureException.class,
            e -> {
              assertThat(e.code()).isEqualTo(FailureCode.STORE_UNREACHABLE);
              assertThat(e).hasMessageContaining("tries in");
            });
    assertThat(waiting.pausesMillis.stream().mapToLong(Long::longValue).sum())
        .isBetween(55_000L, 60_000L);
  }

  @Test
  void aCallThatTakesLongerThanTheBudgetToFailIsTriedAgain() {
    flaky.failures = 1;
    flaky.whenFailing = () -> waiting.nanos += Duration.ofMinutes(2).toNanos();

    assertThat(store.head("a")).isPresent();

    assertThat(waiting.pausesMillis).containsExactly(100L);
  }

  @Test
  void aRefusalIsNotTriedAgain() {
    flaky.failures = 1;
    flaky.code = FailureCode.STORE_REFUSED;

    assertThatThrownBy(() -> store.head("a")).isInstanceOf(FailureException.class);

    assertThat(waiting.pausesMillis).isEmpty();
  }

  @Test
  void aRangeThatBrokeInTheMiddleIsReadAgainFromItsBeginning() {
    flaky.failures = 1;
    ByteBuffer target = ByteBuffer.allocate(8);
    target.put("ab".getBytes(UTF_8));

    store.getRange("a", 0, target);

    assertThat(new String(target.array(), UTF_8)).isEqualTo("ab012345");
  }

  @Test
  void aListingThatBrokeInTheMiddleHandsOverEachObjectOnce() {
    flaky.failures = 2;
    List<String> keys = new ArrayList<>();

    store.list("", info -> keys.add(info.key()));

    assertThat(keys).containsExactly("a", "b", "c", "d");
  }

  /** Fails a number of times, each time after doing half of the work. */
  private static final class FlakyStore implements ObjectStore {
    private int failures;
    private FailureCode code = FailureCode.STORE_UNREACHABLE;
    private Runnable whenFailing = () -> {};

    private void mayFail() {
      if (failures > 0) {
        failures--;
        whenFailing.run();
        throw new FailureException(code, "flaky", "Try again.");
      }
    }

    @Override
    public PutOutcome putIfAbsent(String key, ByteBuffer content) {
      mayFail();
      return PutOutcome.CREATED;
    }

    @Override
    public String put(String key, ByteBuffer content) {
      mayFail();
      return "tag";
    }

    @Override
    public void getRange(String key, long offset, ByteBuffer target) {
      for (int i = 0; target.hasRemaining(); i++) {
        if (i == 3) {
          mayFail();
        }
        target.put((byte) ('0' + i));
      }
    }

    @Override
    public Optional<ObjectInfo> head(String key) {
      mayFail();
      return Optional.of(new ObjectInfo(key, 1, "tag", Instant.EPOCH));
    }

    @Override
    public void list(String prefix, Consumer<ObjectInfo> consumer) {
      for (String key : List.of("a", "b", "c", "d")) {
        if (key.equals("c")) {
          mayFail();
        }
        consumer.accept(new ObjectInfo(key, 1, "tag", Instant.EPOCH));
      }
    }

    @Override
    public void delete(String key) {
      mayFail();
    }

    @Override
    public void close() {}
  }

  /** A clock that only pauses move. */
  private static final class TestWaiting implements RetryingStore.Waiting {
    private final List<Long> pausesMillis = new ArrayList<>();
    private long nanos;

    @Override
    public long nanoTime() {
      return nanos;
    }

    @Override
    public void pause(Duration duration) {
      pausesMillis.add(duration.toMillis());
      nanos += duration.toNanos();
    }
  }
}

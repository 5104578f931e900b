package io.reseed.backup.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.backup.MemoryStore;
import io.reseed.backup.PageFolder;
import io.reseed.backup.SampleFolder;
import io.reseed.backup.TestChain;
import io.reseed.backup.format.Manifest;
import io.reseed.backup.snapshot.SnapshotOptions;
import io.reseed.backup.snapshot.SnapshotResult;
import io.reseed.fleet.FailureCode;
import io.reseed.fleet.FailureException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A whole chain of backups over a store that fails all the time, in every way that passes. */
class StoreFaultsTest {
  private static final int PAGE = 8 << 10;

  @TempDir Path temp;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void aChainIsWrittenAndRestoredInSpiteOfIt(long seed) throws IOException {
    MemoryStore memory = new MemoryStore();
    FaultyStore faulty = new FaultyStore(memory, new Random(seed));
    ObjectStore store =
        new RetryingStore(faulty, Duration.ofMinutes(1), new NoWaiting(), bound -> 0);
    TestChain chain = new TestChain(store, new SnapshotOptions(256 << 10, 256 << 10, 2, 1), PAGE);
    Path source = temp.resolve("source");
    PageFolder folder = new PageFolder(source, PAGE, seed);
    Path table = folder.addTable(300);
    Manifest full = chain.full(source).manifest();
    folder.change(table, 0.03);

    SnapshotResult changed = chain.on(full, source);
    chain.restore(changed.manifest(), temp.resolve("target"));

    SampleFolder.assertSame(temp.resolve("target"), source);
    assertThat(changed.extents().patched()).isPositive();
    assertThat(faulty.refused.get()).isPositive();
    assertThat(faulty.answersLost.get()).isPositive();
    assertThat(faulty.cutShort.get()).isPositive();
  }

  /** Refuses, loses answers, and reads short. */
  private static final class FaultyStore implements ObjectStore {
    private final ObjectStore store;
    private final Random random;
    private final AtomicInteger refused = new AtomicInteger();
    private final AtomicInteger answersLost = new AtomicInteger();
    private final AtomicInteger cutShort = new AtomicInteger();

    FaultyStore(ObjectStore store, Random random) {
      this.store = store;
      this.random = random;
    }

    private <T> T maybe(Supplier<T> call) {
      int chance = random.nextInt(10);
      if (chance < 2) {
        refused.incrementAndGet();
        throw unreachable();
      }
      T answer = call.get();
      if (chance < 3) {
        answersLost.incrementAndGet();
        throw unreachable();
      }
      return answer;
    }

    private static FailureException unreachable() {
      return new FailureException(FailureCode.STORE_UNREACHABLE, "slow down", "Wait.");
    }

    @Override
    public PutOutcome putIfAbsent(String key, ByteBuffer content) {
      return maybe(() -> store.putIfAbsent(key, content));
    }

    @Override
    public String put(String key, ByteBuffer content) {
      return maybe(() -> store.put(key, content));
    }

    @Override
    public void getRange(String key, long offset, ByteBuffer target) {
      // the first one surely: which thread draws which number is not determined
      boolean cut = cutShort.get() == 0 || random.nextInt(5) == 0;
      if (cut && target.remaining() > 1) {
        cutShort.incrementAndGet();
        int limit = target.limit();
        target.limit(target.position() + target.remaining() / 2);
        store.getRange(key, offset, target);
        target.limit(limit);
        if (random.nextBoolean()) {
          throw unreachable();
        }
        return;
      }
      maybe(
          () -> {
            store.getRange(key, offset, target);
            return key;
          });
    }

    @Override
    public Optional<ObjectInfo> head(String key) {
      return maybe(() -> store.head(key));
    }

    @Override
    public void list(String prefix, Consumer<ObjectInfo> consumer) {
      maybe(
          () -> {
            store.list(prefix, consumer);
            return prefix;
          });
    }

    @Override
    public void delete(String key) {
      maybe(
          () -> {
            store.delete(key);
            return key;
          });
    }

    @Override
    public void close() {
      store.close();
    }
  }

  /** Pauses that cost no time but on the clock. */
  private static final class NoWaiting implements RetryingStore.Waiting {
    private final AtomicLong nanos = new AtomicLong();

    @Override
    public long nanoTime() {
      return nanos.get();
    }

    @Override
    public void pause(Duration duration) {
      nanos.addAndGet(duration.toNanos() / 10);
    }
  }
}

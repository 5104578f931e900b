package io.reseed.backup.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reseed.backup.MemoryStore;
import io.reseed.backup.TestStores;
import io.reseed.fleet.FailureCode;
import io.reseed.fleet.FailureException;
import io.reseed.testkit.S3Extension;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
class StoreProbeTest {
  @RegisterExtension static final S3Extension S3 = S3Extension.shared();

  private final MemoryStore memory = new MemoryStore();

  @Test
  void nothingIsMissingInS3AndNothingIsLeftThere() {
    StoreSettings settings = TestStores.settings(S3, "probed");
    StoreProbe probe = StoreProbe.of(settings, "nonce");

    assertThat(probe.lacks()).isEmpty();
    assertThat(probe.clockDifference()).isLessThan(Duration.ofSeconds(2));
    probe.requireFit();
    try (ObjectStore store = settings.open()) {
      assertThat(keys(store)).isEmpty();
    }
  }

  @Test
  void nothingIsMissingInAFolder(@TempDir Path folder) throws IOException {
    Files.createDirectory(folder.resolve("bucket"));
    StoreSettings settings =
        new StoreSettings(
            folder.toUri(), "none", "bucket", "", null, true, StoreSettings.Client.defaults());

    assertThat(StoreProbe.of(settings, "nonce").lacks()).isEmpty();
    try (ObjectStore store = settings.open()) {
      assertThat(keys(store)).isEmpty();
    }
  }

  @Test
  void nothingIsMissingInMemory() {
    assertThat(StoreProbe.of(memory, "nonce").lacks()).isEmpty();
    assertThat(keys(memory)).isEmpty();
  }

  @Test
  void aStoreThatReplacesIsFound() {
    ObjectStore store =
        new Broken() {
          @Override
          public PutOutcome putIfAbsent(String key, ByteBuffer content) {
            memory.put(key, content);
            return PutOutcome.CREATED;
          }
        };

    assertLacks(store, "conditional put (If-None-Match: *): a second put replaced the first");
  }

  @Test
  void aStoreThatKeepsTheFirstAndSaysItTookTheSecondIsFound() {
    ObjectStore store =
        new Broken() {
          @Override
          public PutOutcome putIfAbsent(String key, ByteBuffer content) {
            memory.putIfAbsent(key, content);
            return PutOutcome.CREATED;
          }
        };

    assertLacks(
        store, "a second put was said to be done", "6 of 6 that raced were said to be done");
  }

  @Test
  void aStoreThatLooksFirstAndPutsThenIsFound() {
    CyclicBarrier together = new CyclicBarrier(6);
    ObjectStore store =
        new Broken() {
          @Override
          public PutOutcome putIfAbsent(String key, ByteBuffer content) {
            if (memory.head(key).isPresent()) {
              return PutOutcome.ALREADY_EXISTS;
            }
            if (key.contains("race")) {
              await(together);
            }
            memory.put(key, content);
            return PutOutcome.CREATED;
          }
        };

    assertThat(StoreProbe.of(store, "nonce").lacks())
        .anySatisfy(lack -> assertThat(lack).startsWith("atomic conditional put: "));
  }

  @Test
  void aStoreWithoutConditionalPutsIsFoundAndAllElseIsStillAsked() {
    ObjectStore store =
        new Broken() {
          @Override
          public PutOutcome putIfAbsent(String key, ByteBuffer content) {
            throw new FailureException(FailureCode.STORE_UNFIT, "not implemented", "Another one.");
          }

          @Override
          public void getRange(String key, long offset, ByteBuffer target) {
            memory.getRange(key, 0, target);
          }

          @Override
          public void list(String prefix, Consumer<ObjectInfo> consumer) {
            List<ObjectInfo> all = new ArrayList<>();
            memory.list(prefix, all::add);
            all.reversed().forEach(consumer);
          }
        };

    assertLacks(
        store,
        "conditional put (If-None-Match: *): not implemented",
        "ranged get: another part was returned than asked for",
        "listing in order: keys do not come in the order of their bytes");
    assertThatThrownBy(() -> StoreProbe.of(store, "nonce").requireFit())
        .isInstanceOfSatisfying(
            FailureException.class,
            e -> {
              assertThat(e.code()).isEqualTo(FailureCode.STORE_UNFIT);
              assertThat(e)
                  .hasMessageContaining("conditional put")
                  .hasMessageContaining("ranged get")
                  .hasMessageContaining("listing in order");
            });
    assertThat(keys(memory)).isEmpty();
  }

  @Test
  void aShortReadInsteadOfAnErrorIsFound() {
    ObjectStore store =
        new Broken() {
          @Override
          public void getRange(String key, long offset, ByteBuffer target) {
            try {
              memory.getRange(key, offset, target);
            } catch (FailureException e) {
              target.position(target.limit());
            }
          }
        };

    assertLacks(
        store,
        "error for a range beyond the end: something was read",
        "(404; may need the right to list): something was read");
  }

  @Test
  void aStoreThatHidesWhetherAnObjectIsThereIsFound() {
    ObjectStore store =
        new Broken() {
          @Override
          public Optional<ObjectInfo> head(String key) {
            if (memory.head(key).isEmpty()) {
              throw new FailureException(FailureCode.STORE_REFUSED, "403", "Ask for rights.");
            }
            return memory.head(key);
          }
        };

    assertLacks(
        store, "error for an object that is not there (404; may need the right to list): 403");
  }

  @Test
  void aListingThatLagsBehindIsFound() {
    ObjectStore store =
        new Broken() {
          @Override
          public void list(String prefix, Consumer<ObjectInfo> consumer) {
            AtomicInteger count = new AtomicInteger();
            memory.list(
                prefix,
                info -> {
                  if (count.incrementAndGet() < 4) {
                    consumer.accept(info);
                  }
                });
          }
        };

    assertLacks(store, "listing in order: 3 of 4 objects just written were listed");
  }

  @Test
  void aStoreThatKeepsWhatIsDeletedIsFound() {
    ObjectStore store =
        new Broken() {
          @Override
          public void delete(String key) {
            memory.head(key);
          }
        };

    assertLacks(store, "delete: objects were still there after they were deleted");
  }

  @Test
  void aClockThatIsFarOffIsFound() {
    InstantSource behind = () -> Instant.now().minus(Duration.ofMinutes(10));
    StoreProbe probe = new StoreProbing(memory, "nonce", behind).run();

    assertThat(probe.lacks())
        .singleElement()
        .asString()
        .startsWith("clock: the store's differs by");
    assertThat(probe.clockDifference()).isBetween(Duration.ofMinutes(9), Duration.ofMinutes(11));
    StoreProbe ahead =
        new StoreProbing(memory, "nonce", () -> Instant.now().plus(Duration.ofMinutes(2))).run();
    assertThat(ahead.fit()).isTrue();
    assertThat(ahead.clockDifference()).isBetween(Duration.ofMinutes(-3), Duration.ofMinutes(-1));
  }

  @Test
  void aStoreThatDoesNotLookAtChecksumsIsFound() {
    List<String> asked = new ArrayList<>();
    StoreProbe probe =
        new StoreProbing(memory, "nonce", InstantSource.system())
            .with(
                key -> {
                  asked.add(key);
                  return false;
                })
            .run();

    assertThat(probe.lacks())
        .containsExactly("checksums (Content-MD5): content with a wrong one was taken");
    assertThat(asked).containsExactly("probe/nonce/damaged");
  }

  @Test
  void anUnreachableStoreIsNotAnUnfitOneAndIsLeftClean() {
    ObjectStore store =
        new Broken() {
          @Override
          public void list(String prefix, Consumer<ObjectInfo> consumer) {
            throw new FailureException(FailureCode.STORE_UNREACHABLE, "gone", "Try again.");
          }
        };

    assertThatThrownBy(() -> StoreProbe.of(store, "nonce"))
        .isInstanceOfSatisfying(
            FailureException.class,
            e -> assertThat(e.code()).isEqualTo(FailureCode.STORE_UNREACHABLE));
    assertThat(keys(memory)).isEmpty();
  }

  @Test
  void whoMayNotPutAtAllIsToldSoAtOnce() {
    StoreSettings good = TestStores.settings(S3, "probed");
    StoreSettings stranger =
        new StoreSettings(
            URI.create(String.valueOf(good.endpoint())),
            good.region(),
            good.bucket(),
            good.prefix(),
            new StoreSettings.Credentials(S3.front().accessKey(), "wrong"),
            true,
            good.client());

    ObjectStoreContract.assertFails(
        FailureCode.STORE_REFUSED, () -> StoreProbe.of(stranger, "nonce"));
  }

  private static void await(CyclicBarrier barrier) {
    try {
      barrier.await(20, TimeUnit.SECONDS);
    } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
      throw new AssertionError("not all racers came", e);
    }
  }

  private void assertLacks(ObjectStore store, String... lacks) {
    List<String> found = StoreProbe.of(store, "nonce").lacks();
    for (String lack : lacks) {
      assertThat(found).anySatisfy(each -> assertThat(each).contains(lack));
    }
    memory.clear();
  }

  private static List<String> keys(ObjectStore store) {
    List<String> keys = new ArrayList<>();
    store.list("", info -> keys.add(info.key()));
    return keys;
  }

  /** A good store, for tests that break one thing. */
  private class Broken extends ForwardingStore {
    Broken() {
      super(memory);
    }
  }
}

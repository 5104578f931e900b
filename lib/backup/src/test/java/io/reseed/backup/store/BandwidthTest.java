package io.reseed.backup.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reseed.backup.MemoryStore;
import io.reseed.fleet.FailureCode;
import io.reseed.fleet.FailureException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class BandwidthTest {
  private static final long NEVER = 1;

  private final MemoryStore memory = new MemoryStore();

  @Test
  void manyThreadsTogetherStayBelowTheLimits() throws Exception {
    long begun = System.nanoTime();
    ObjectStore store = new Bandwidth(4_000_000, 2_000_000).within(memory);
    List<CompletableFuture<Void>> running = new ArrayList<>();
    for (int thread = 0; thread < 4; thread++) {
      String key = "k" + thread;
      running.add(
          CompletableFuture.runAsync(
              () -> {
                for (int i = 0; i < 6; i++) {
                  store.put(key, ByteBuffer.allocate(50_000));
                  store.getRange(key, 0, ByteBuffer.allocate(50_000));
                }
              }));
    }
    for (CompletableFuture<Void> each : running) {
      each.get(30, TimeUnit.SECONDS);
    }

    // 1.2 MB at 2 MB/s, but for the last request, which nobody waited behind
    assertThat(Duration.ofNanos(System.nanoTime() - begun))
        .isGreaterThanOrEqualTo(Duration.ofMillis(574));
  }

  @Test
  void aLimitThatIsLiftedLetsThoseThatWaitGoOn() throws Exception {
    Bandwidth bandwidth = new Bandwidth(Bandwidth.UNLIMITED, NEVER);
    ObjectStore store = bandwidth.within(memory);
    store.put("a", ByteBuffer.allocate(1_000_000));
    CountDownLatch asked = new CountDownLatch(1);
    CompletableFuture<Void> waiting =
        CompletableFuture.runAsync(
            () -> {
              asked.countDown();
              store.put("b", ByteBuffer.allocate(1));
            });
    asked.await();
    assertThat(memory.head("b")).isEmpty();
    store.getRange("a", 0, ByteBuffer.allocate(1_000_000));
    assertThat(waiting).isNotDone();

    bandwidth.limitWrites(1L << 40);

    waiting.get(20, TimeUnit.SECONDS);
    assertThat(memory.head("b")).isPresent();
    assertThat(bandwidth.writeBytesPerSecond()).isEqualTo(1L << 40);
    assertThat(bandwidth.readBytesPerSecond()).isEqualTo(Bandwidth.UNLIMITED);
  }

  @Test
  void aLimitThatIsSetHoldsForWhatComesNext() throws Exception {
    Bandwidth bandwidth = Bandwidth.unlimited();
    ObjectStore store = bandwidth.within(memory);
    store.put("a", ByteBuffer.allocate(1_000_000));
    bandwidth.limitReads(NEVER);
    store.getRange("a", 0, ByteBuffer.allocate(1_000));
    AtomicReference<FailureException> failure = new AtomicReference<>();
    Thread reader =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    store.getRange("a", 0, ByteBuffer.allocate(1));
                  } catch (FailureException e) {
                    failure.set(e);
                  }
                });

    reader.interrupt();

    assertThat(reader.join(Duration.ofSeconds(20))).isTrue();
    assertThat(failure.get().code()).isEqualTo(FailureCode.CANCELLED);
    assertThatThrownBy(() -> bandwidth.limitReads(-1)).isInstanceOf(IllegalArgumentException.class);
  }
}

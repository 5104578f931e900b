package io.reseed.backup.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reseed.backup.JobMonitor;
import io.reseed.backup.MemoryStore;
import io.reseed.backup.PageFolder;
import io.reseed.backup.TestBackups;
import io.reseed.backup.WatchedStore;
import io.reseed.backup.store.ObjectInfo;
import io.reseed.backup.store.ObjectStore;
import io.reseed.fleet.FailureCode;
import io.reseed.fleet.FailureException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A snapshot that is cancelled while it notes what the store has just confirmed. */
class SnapshotInterruptTest {
  private static final int PAGE = 8 << 10;
  private static final int INTERRUPTED_AT = 3;
  private static final SnapshotOptions OPTIONS = new SnapshotOptions(256 << 10, 256 << 10, 1, 1);

  private final MemoryStore memory = new MemoryStore();

  @TempDir Path temp;

  @Test
  void isGoneOnWithAndSendsNothingTwice() throws IOException {
    Path source = temp.resolve("source");
    var _ = new PageFolder(source, PAGE, 4).addTable(400);
    SnapshotRequest request =
        SnapshotRequest.full(
                TestBackups.header(TestBackups.id(400), null, PAGE),
                SnapshotSource.scan(Map.of("data", source), path -> true))
            .withJobFolder(temp.resolve("job"));
    AtomicInteger confirmed = new AtomicInteger();
    ObjectStore interrupting =
        new WatchedStore(memory) {
          @Override
          public Optional<ObjectInfo> head(String key) {
            Optional<ObjectInfo> found = super.head(key);
            if (found.isPresent() && confirmed.incrementAndGet() == INTERRUPTED_AT) {
              Thread.currentThread().interrupt();
            }
            return found;
          }
        };

    assertThatThrownBy(() -> write(interrupting, request))
        .isInstanceOfSatisfying(
            FailureException.class,
            failure -> assertThat(failure.code()).isEqualTo(FailureCode.CANCELLED));
    WatchedStore counting = new WatchedStore(memory);
    AtomicInteger sent = new AtomicInteger();
    SnapshotResult result = write(counting.afterPut(key -> sent.incrementAndGet()), request);

    assertThat(result.bytesResumed()).isPositive();
    assertThat(sent.get()).isEqualTo(result.manifest().packs().size() - INTERRUPTED_AT);
  }

  private static SnapshotResult write(ObjectStore store, SnapshotRequest request) {
    return new SnapshotWriter(store, OPTIONS, new Random()).write(request, JobMonitor.SILENT);
  }
}

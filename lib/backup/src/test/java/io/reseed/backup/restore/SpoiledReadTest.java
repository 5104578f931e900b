package io.reseed.backup.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reseed.backup.JobMonitor;
import io.reseed.backup.MemoryStore;
import io.reseed.backup.PageFolder;
import io.reseed.backup.SampleFolder;
import io.reseed.backup.TestBackups;
import io.reseed.backup.TestChain;
import io.reseed.backup.WatchedStore;
import io.reseed.backup.catalogue.Catalogue;
import io.reseed.backup.encryption.LocalMasterKeys;
import io.reseed.backup.encryption.MasterKeys;
import io.reseed.backup.format.Manifest;
import io.reseed.backup.format.Verdict;
import io.reseed.backup.snapshot.SnapshotOptions;
import io.reseed.backup.snapshot.SnapshotResult;
import io.reseed.backup.store.ObjectStore;
import io.reseed.fleet.FailureCode;
import io.reseed.fleet.FailureException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bytes that are sound in the store and spoiled on their way from it. */
class SpoiledReadTest {
  private static final int PAGE = 8 << 10;
  private static final SnapshotOptions OPTIONS = new SnapshotOptions(256 << 10, 1 << 20, 1, 1);
  private static final MasterKeys KEYS =
      LocalMasterKeys.parse("main " + Base64.getEncoder().encodeToString(new byte[32]));

  private final MemoryStore memory = new MemoryStore();
  private final TestChain chain = new TestChain(memory, OPTIONS, PAGE).with(KEYS);

  @TempDir Path temp;

  private Path source;
  private PageFolder folder;
  private Path table;
  private Manifest full;

  @BeforeEach
  void write() throws IOException {
    source = temp.resolve("source");
    folder = new PageFolder(source, PAGE, 4);
    table = folder.addTable(200);
    full = chain.full(source).manifest();
  }

  @Test
  void everyFirstGetMayBeSpoiled() throws IOException {
    long extents = StoredExtent.of(full).size();

    RestoreResult result = restore(full, spoiling(memory, 1));

    SampleFolder.assertSame(temp.resolve("target"), source);
    // of each pack one read has one byte spoiled, and so one of its extents
    assertThat(result.extentsReadAgain()).isEqualTo(full.packs().size()).isLessThan(extents);
    assertThat(result.bytesTransferred()).isGreaterThan(full.storedBytes());
  }

  @Test
  void soundReadsAreNotCounted() {
    assertThat(restore(full, memory).extentsReadAgain()).isZero();
  }

  @Test
  void whatIsSpoiledTwiceIsCorrupt() {
    ObjectStore onlyPacks =
        new WatchedStore(memory) {
          @Override
          public void getRange(String key, long offset, ByteBuffer target) {
            int from = target.position();
            super.getRange(key, offset, target);
            if (key.contains("/packs/")) {
              target.put(from, (byte) ~target.get(from));
            }
          }
        };

    assertThatThrownBy(() -> restore(full, onlyPacks))
        .isInstanceOfSatisfying(
            FailureException.class,
            failure -> assertThat(failure.code()).isEqualTo(FailureCode.PACK_CORRUPT));
  }

  @Test
  void manifestsVerdictsAndPageHashesAreReadAgainToo() throws IOException {
    Verdict verdict = new Verdict(Verdict.Outcome.VALIDATED, Instant.EPOCH, "checked", Map.of());
    new Catalogue(memory).record(TestBackups.SHARD, full.header().id(), verdict);
    Catalogue spoiled = new Catalogue(spoiling(memory, 1));

    assertThat(spoiled.manifest(TestBackups.SHARD, full.header().id())).isEqualTo(full);
    assertThat(spoiled.verdict(TestBackups.SHARD, full.header().id())).contains(verdict);

    assertThat(folder.change(table, 0.05)).isPositive();
    TestChain overSpoiled =
        new TestChain(spoiling(memory, 1), OPTIONS, PAGE).with(KEYS).startingAt(10);
    SnapshotResult result = overSpoiled.on(full, source);
    assertThat(result.extents().patched()).isPositive();
    assertThat(result.extents().stored()).isZero();
  }

  private RestoreResult restore(Manifest manifest, ObjectStore store) {
    RestoreJob job =
        new RestoreJob(
            TestBackups.SHARD,
            manifest.header().id(),
            Map.of("data", temp.resolve("target")),
            temp.resolve("job"));
    return new Restore(store, RestoreOptions.defaults(), KEYS).run(job, JobMonitor.SILENT);
  }

  /** Spoils the first {@code times} gets of each object. */
  private static ObjectStore spoiling(ObjectStore store, int times) {
    Map<String, Integer> gets = new ConcurrentHashMap<>();
    return new WatchedStore(store) {
      @Override
      public void getRange(String key, long offset, ByteBuffer target) {
        int from = target.position();
        int middle = from + target.remaining() / 2;
        super.getRange(key, offset, target);
        if (gets.merge(key, 1, Integer::sum) <= times) {
          target.put(middle, (byte) ~target.get(middle));
        }
      }
    };
  }
}

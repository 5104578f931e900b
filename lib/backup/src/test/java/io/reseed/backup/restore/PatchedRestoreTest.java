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
import io.reseed.backup.format.Extent;
import io.reseed.backup.format.Manifest;
import io.reseed.backup.format.RepositoryLayout;
import io.reseed.backup.snapshot.SnapshotOptions;
import io.reseed.fleet.FailureCode;
import io.reseed.fleet.FailureException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PatchedRestoreTest {
  private static final int PAGE = 8 << 10;
  private static final SnapshotOptions OPTIONS = new SnapshotOptions(256 << 10, 2 << 20, 2, 1);
  private static final RepositoryLayout LAYOUT = new RepositoryLayout(TestBackups.SHARD);

  private final MemoryStore memory = new MemoryStore();
  private final WatchedStore store = new WatchedStore(memory);
  private final TestChain chain = new TestChain(store, OPTIONS, PAGE);

  @TempDir Path temp;

  private Path source;
  private Manifest manifest;
  private final List<Extent.Patched> patched = new ArrayList<>();

  @BeforeEach
  void writeAChain() throws IOException {
    source = temp.resolve("source");
    PageFolder folder = new PageFolder(source, PAGE, 3);
    Path table = folder.addTable(400);
    manifest = chain.full(source).manifest();
    for (int generation = 0; generation < 4; generation++) {
      folder.change(table, 0.05);
      manifest = chain.on(manifest, source).manifest();
    }
    for (Extent extent : manifest.files().getFirst().extents()) {
      if (extent instanceof Extent.Patched each) {
        patched.add(each);
      }
    }
    assertThat(patched).hasSizeGreaterThan(5);
    assertThat(patched).anyMatch(each -> each.patches().size() > 2);
  }

  @Test
  void aFlippedByteInABaseOrPatchIsFoundAndNamed() throws IOException {
    int found = 0;
    int harmless = 0;
    Random random = new Random(1);
    for (Extent.Patched each : patched.subList(0, 4)) {
      List<Extent.Place> places = new ArrayList<>(List.of(each.base().place()));
      each.patches().forEach(patch -> places.add(patch.place()));
      for (Extent.Place place : places) {
        String pack = manifest.packs().get(place.pack()).name();
        byte[] object = memory.object(LAYOUT.packKey(pack));
        int at = (int) place.packOffset() + random.nextInt(place.storedBytes());
        object[at] ^= 8;
        Path target = temp.resolve("target-" + found + "-" + harmless);
        try {
          chain.restore(manifest, target);
          // in a page that a later patch replaces
          SampleFolder.assertSame(target, source);
          harmless++;
        } catch (FailureException failure) {
          assertThat(failure.code()).isEqualTo(FailureCode.PACK_CORRUPT);
          assertThat(failure)
              .hasMessageContaining(pack)
              .hasMessageContaining("data:t0.ibd")
              .hasMessageContaining(
                  place.storedBytes() + " bytes at " + place.packOffset() + " of");
          found++;
        }
        object[at] ^= 8;
      }
    }
    assertThat(found).isGreaterThan(8);
    assertThat(harmless).isLessThan(found / 2);
  }

  @Test
  void bytesThatArriveBrokenOnceAreReadAgain() throws IOException {
    AtomicBoolean once = new AtomicBoolean();
    store.afterRead(
        bytes -> {
          if (bytes.remaining() > PAGE && once.compareAndSet(false, true)) {
            bytes.put(bytes.remaining() / 2, (byte) (bytes.get(bytes.remaining() / 2) ^ 1));
          }
        });

    chain.restore(manifest, temp.resolve("target"));

    assertThat(once).isTrue();
    SampleFolder.assertSame(temp.resolve("target"), source);
  }

  @Test
  void aRestoreThatStoppedGoesOnFromWhatIsDurable() throws IOException {
    RestoreJob job =
        new RestoreJob(
            TestBackups.SHARD,
            manifest.header().id(),
            Map.of("data", temp.resolve("target")),
            temp.resolve("job"));
    Restore restore = new Restore(store, new RestoreOptions(1, 256 << 10, 512 << 10));
    long readBySnapshots = store.bytesRead();
    store.beforeRead(
        bytes -> {
          if (bytes > readBySnapshots + manifest.storedBytes() / 2) {
            throw new FailureException(FailureCode.STORE_UNREACHABLE, "gone", "Wait.");
          }
        });
    assertThatThrownBy(() -> restore.run(job, JobMonitor.SILENT))
        .isInstanceOf(FailureException.class);
    store.beforeRead(bytes -> {});

    RestoreResult result = restore.run(job, JobMonitor.SILENT);

    assertThat(result.bytesResumed()).isPositive();
    assertThat(result.bytesTransferred()).isLessThan(manifest.storedBytes());
    SampleFolder.assertSame(temp.resolve("target"), source);
  }

  @Test
  void patchesOfNeighboursAreReadTogether() {
    List<RangeRead> reads = RangeRead.plan(StoredExtent.of(manifest), 64 << 20);
    long requests = reads.stream().mapToLong(read -> read.pieces().size()).sum();
    long places =
        StoredExtent.of(manifest).stream().mapToLong(each -> 1 + each.patches().size()).sum();

    assertThat(requests).isLessThan(places / 2);
  }
}

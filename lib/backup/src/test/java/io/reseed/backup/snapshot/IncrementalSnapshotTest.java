package io.reseed.backup.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import io.reseed.backup.MemoryStore;
import io.reseed.backup.PageFolder;
import io.reseed.backup.SampleFolder;
import io.reseed.backup.TestBackups;
import io.reseed.backup.TestChain;
import io.reseed.backup.WatchedStore;
import io.reseed.backup.format.Extent;
import io.reseed.backup.format.Manifest;
import io.reseed.backup.format.PageIndex;
import io.reseed.backup.format.RepositoryLayout;
import io.reseed.fleet.FailureCode;
import io.reseed.fleet.FailureException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IncrementalSnapshotTest {
  private static final int PAGE = 16 << 10;
  private static final int PAGES = 600;
  private static final SnapshotOptions OPTIONS = new SnapshotOptions(4 << 20, 8 << 20, 2, 1);
  private static final RepositoryLayout LAYOUT = new RepositoryLayout(TestBackups.SHARD);

  /** A multiple of the polynomial of CRC-32: added to any bytes it leaves their CRC as it was. */
  private static final int[] INVISIBLE = {0x41, 0x06, 0x71, 0xdb, 0x01};

  private final MemoryStore store = new MemoryStore();
  private final TestChain chain = new TestChain(store, OPTIONS, PAGE);

  @TempDir Path temp;

  private Path source;
  private PageFolder folder;
  private Path table;
  private Manifest full;

  @BeforeEach
  void writeAFullBackup() throws IOException {
    source = temp.resolve("source");
    folder = new PageFolder(source, PAGE, 7);
    table = folder.addTable(PAGES);
    full = chain.full(source).manifest();
  }

  @Test
  void onlyChangedPagesAreSent() throws IOException {
    byte[] before = Files.readAllBytes(table);
    int changed = folder.change(table, 0.1);
    long alone = compressedAlone(before, Files.readAllBytes(table));

    SnapshotResult result = chain.on(full, source);

    assertThat(changed).isGreaterThan(30);
    assertThat(result.bytesUploaded()).isLessThanOrEqualTo(alone * 5 / 4);
    assertThat(result.extents()).isEqualTo(new SnapshotResult.ExtentCount(0, 3, 0));
    assertThat(result.manifest().storedBytes()).isLessThan(full.storedBytes() * 13 / 10);
    assertThat(result.manifestBytes()).isLessThan(result.manifest().rawBytes() / 1_000);
    assertComesBack(result.manifest());
  }

  @Test
  void nothingIsSentWhenNothingChanged() throws IOException {
    folder.change(table, 0.02);
    Manifest second = chain.on(full, source).manifest();

    SnapshotResult third = chain.on(second, source);

    assertThat(third.bytesUploaded()).isZero();
    assertThat(third.manifest().files()).isEqualTo(second.files());
    assertComesBack(third.manifest());
  }

  @Test
  void aFileThatGotAnotherNameIsPatched() throws IOException {
    Files.move(table, source.resolve("renamed.ibd"));
    folder.change(source.resolve("renamed.ibd"), 0.004);

    SnapshotResult result = chain.on(full, source);

    assertThat(result.extents().stored()).isZero();
    assertThat(result.extents().patched()).isBetween(1L, 3L);
    assertComesBack(result.manifest());
  }

  @Test
  void nothingOfAnUntrustedBackupIsReferredTo() throws IOException {
    folder.change(table, 0.001);
    Path added = folder.addTable(300);
    Manifest second = chain.on(full, source).manifest();
    folder.change(added, 0.01);
    Manifest third = chain.on(second, source).manifest();
    assertThat(packsOf(third, second)).isNotEmpty();

    Manifest fourth = chain.on(third, source, second.header().id()).manifest();

    assertThat(packsOf(fourth, second)).isEmpty();
    assertThat(packsOf(fourth, full)).isNotEmpty();
    assertComesBack(fourth);
  }

  @Test
  void anUntrustedBackupIsNoParent() {
    assertThatThrownBy(() -> chain.on(full, source, full.header().id()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not trusted");
  }

  @Test
  void aParentThatTheHeaderDoesNotNameIsRefused() {
    SnapshotSource files = SnapshotSource.scan(Map.of("data", source), path -> true);
    SnapshotParent parent = new SnapshotParent(full, Set.of());

    assertThatThrownBy(
            () ->
                new SnapshotRequest(
                    TestBackups.header(TestBackups.id(9)), files, ReadInspection.NONE, parent))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void whatLiesInALostPackIsSentAgain() throws IOException {
    store.delete(LAYOUT.packKey(full.packs().getFirst().name()));

    SnapshotResult result = chain.on(full, source);

    assertThat(result.extents().stored()).isPositive();
    assertThat(result.manifest().packs()).doesNotContain(full.packs().getFirst());
    assertComesBack(result.manifest());
  }

  @Test
  void withoutPageHashesChangedExtentsAreSentWhole() throws IOException {
    for (PageIndex.HashTable hashes : full.pages().hashes()) {
      String key = LAYOUT.packKey(full.packs().get(hashes.pack()).name());
      store.object(key)[(int) hashes.packOffset() + 20] ^= 1;
    }
    folder.change(table, 0.01);

    SnapshotResult result = chain.on(full, source);

    assertThat(result.extents().patched()).isZero();
    assertThat(result.extents().stored()).isPositive();
    assertComesBack(result.manifest());
  }

  @Test
  void aChangeBehindThePagesLsnIsFound() throws IOException {
    flip(table, 5L * PAGE + 1_000, new int[] {1});

    SnapshotResult result = chain.on(full, source);

    assertThat(patchedPages(result.manifest())).isEqualTo(1);
    assertComesBack(result.manifest());
  }

  @Test
  void aChangeThatItsHashDoesNotShowIsFoundByTheLsn() throws IOException {
    flip(table, 5L * PAGE + 1_000, INVISIBLE);
    try (RandomAccessFile file = new RandomAccessFile(table.toFile(), "rw")) {
      file.seek(5L * PAGE);
      byte[] page = new byte[PAGE];
      file.readFully(page);
      ByteBuffer.wrap(page).putLong(16, full.pages().lsnMax() + 1);
      file.seek(5L * PAGE);
      file.write(page);
    }

    Manifest second = chain.on(full, source).manifest();

    assertThat(patchedPages(second)).isEqualTo(1);
    assertComesBack(second);
  }

  @Test
  void aChangeThatNothingShowsButTheExtentIsSentWithAllOfIt() throws IOException {
    flip(table, 5L * PAGE + 1_000, INVISIBLE);

    SnapshotResult result = chain.on(full, source);

    assertThat(result.extents()).isEqualTo(new SnapshotResult.ExtentCount(2, 0, 1));
    assertComesBack(result.manifest());
  }

  @Test
  void aChangeHiddenBesideAnotherIsNeverRestoredSilently() throws IOException {
    flip(table, 5L * PAGE + 1_000, INVISIBLE);
    flip(table, 9L * PAGE + 1_000, new int[] {1});

    Manifest second = chain.on(full, source).manifest();

    assertThatThrownBy(() -> chain.restore(second, temp.resolve("target")))
        .isInstanceOfSatisfying(
            FailureException.class,
            failure -> {
              assertThat(failure.code()).isEqualTo(FailureCode.PACK_CORRUPT);
              assertThat(failure).hasMessageContaining("what they make does not");
            });
  }

  /** Each page takes thousands of bytes alone, and next to none beside the others. */
  @Test
  void pagesThatAreAlikeDoNotFoolTheBudgetOfReads() throws IOException {
    byte[] page = folder.page();
    Path alike = source.resolve("alike.ibd");
    writeAlike(alike, page, 0);
    Manifest parent = chain.full(source).manifest();
    for (int generation = 1; generation < 4; generation++) {
      writeAlike(alike, page, generation);
      parent = chain.on(parent, source).manifest();
      try (MemoryStore other = new MemoryStore()) {
        long whole = new TestChain(other, OPTIONS, PAGE).full(source).manifest().storedBytes();
        assertThat(parent.storedBytes()).isLessThanOrEqualTo(whole * 13 / 10);
      }
    }
    assertComesBack(parent);
  }

  /** All pages alike, but for a word in some of them. */
  private static void writeAlike(Path file, byte[] page, int generation) throws IOException {
    byte[] bytes = new byte[PAGES * PAGE];
    for (int i = 0; i < PAGES; i++) {
      System.arraycopy(page, 0, bytes, i * PAGE, PAGE);
      ByteBuffer.wrap(bytes).putInt(i * PAGE + 100, i < generation * 40 ? generation : 0);
    }
    Files.write(file, bytes);
  }

  @Test
  void aSnapshotThatFailsLeavesTheParentWhole() throws IOException {
    folder.change(table, 0.05);
    WatchedStore failing = new WatchedStore(store).failsAfter(0, FailureCode.STORE_REFUSED);

    assertThatThrownBy(() -> new TestChain(failing, OPTIONS, PAGE).on(full, source))
        .isInstanceOf(FailureException.class);

    assertThat(chain.restore(full, temp.resolve("parent")).bytesRestored())
        .isEqualTo(full.rawBytes());
  }

  private void assertComesBack(Manifest manifest) throws IOException {
    Path target = temp.resolve("target");
    assertThat(chain.restore(manifest, target).bytesTransferred())
        .isEqualTo(manifest.storedBytes());
    SampleFolder.assertSame(target, source);
  }

  private static List<String> packsOf(Manifest manifest, Manifest writer) {
    return manifest.packs().stream()
        .map(pack -> pack.name())
        .filter(name -> RepositoryLayout.isWrittenBy(name, writer.header().id()))
        .toList();
  }

  private static int patchedPages(Manifest manifest) {
    return manifest.files().stream()
        .flatMap(file -> file.extents().stream())
        .mapToInt(
            extent ->
                extent instanceof Extent.Patched patched
                    ? patched.patches().stream().mapToInt(patch -> patch.pages().count()).sum()
                    : 0)
        .sum();
  }

  private static void flip(Path file, long at, int[] bits) throws IOException {
    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
      for (int i = 0; i < bits.length; i++) {
        bytes.seek(at + i);
        int old = bytes.read();
        bytes.seek(at + i);
        bytes.write(old ^ bits[i]);
      }
    }
  }

  /** What the pages that differ take when each is compressed by itself. */
  private static long compressedAlone(byte[] before, byte[] after) {
    long bytes = 0;
    for (int at = 0; at < after.length; at += PAGE) {
      byte[] page = Arrays.copyOfRange(after, at, at + PAGE);
      if (!Arrays.equals(page, Arrays.copyOfRange(before, at, at + PAGE))) {
        bytes += Zstd.compress(page, 1).length;
      }
    }
    return bytes;
  }
}

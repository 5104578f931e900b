package io.reseed.backup.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reseed.backup.MemoryStore;
import io.reseed.backup.PageFolder;
import io.reseed.backup.SampleFolder;
import io.reseed.backup.TestChain;
import io.reseed.backup.format.Extent;
import io.reseed.backup.format.FileEntry;
import io.reseed.backup.format.Manifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompressionTest {
  private static final SnapshotOptions OPTIONS = new SnapshotOptions(64 << 10, 1 << 20, 2, 1);

  @TempDir Path temp;

  private Path source;

  @BeforeEach
  void fill() throws IOException {
    source = SampleFolder.fill(temp.resolve("source"), 1);
  }

  @Test
  void whatDoesNotShrinkIsStoredAsItIs() {
    Manifest manifest = chain(1).full(source).manifest();

    assertThat(encodings(manifest, "shop/random.ibd")).containsExactly(Extent.Encoding.PLAIN);
    assertThat(encodings(manifest, "shop/orders.ibd")).containsExactly(Extent.Encoding.ZSTD);
    for (FileEntry file : manifest.files()) {
      for (Extent extent : file.extents()) {
        assertThat(extent.storedBytes()).isLessThanOrEqualTo(extent.rawBytes());
      }
    }
  }

  @Test
  void compressionCanBeOff() throws IOException {
    TestChain chain = chain(SnapshotOptions.ZSTD_OFF);
    PageFolder pages = new PageFolder(source, 16_384, 7);
    Path table = pages.addTable(100);
    Manifest manifest = chain.full(source).manifest();
    pages.change(table, 0.05);

    SnapshotResult changed = chain.on(manifest, source);
    chain.restore(changed.manifest(), temp.resolve("target"));

    SampleFolder.assertSame(temp.resolve("target"), source);
    assertThat(changed.extents().patched()).isPositive();
    for (FileEntry file : changed.manifest().files()) {
      assertThat(encodings(changed.manifest(), file.path().path()))
          .doesNotContain(Extent.Encoding.ZSTD);
    }
  }

  @Test
  void aHigherLevelShrinksMore() throws IOException {
    Path words = Files.createDirectories(temp.resolve("words"));
    StringBuilder text = new StringBuilder();
    Random random = new Random(3);
    for (int i = 0; i < 50_000; i++) {
      // small numbers come more often: some words are common, others rare
      text.append("word").append((int) Math.abs(random.nextGaussian() * 300)).append(' ');
    }
    Files.writeString(words.resolve("text"), text);
    long fast = chain(1).full(words).manifest().storedBytes();
    long small = chain(19).full(words).manifest().storedBytes();

    assertThat(small).isLessThan(fast);
    assertThatThrownBy(() -> OPTIONS.withZstdLevel(20))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> OPTIONS.withZstdLevel(-1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static TestChain chain(int level) {
    return new TestChain(new MemoryStore(), OPTIONS.withZstdLevel(level), 16_384);
  }

  private static Set<Extent.Encoding> encodings(Manifest manifest, String path) {
    Set<Extent.Encoding> encodings = new HashSet<>();
    manifest.files().stream()
        .filter(file -> file.path().path().equals(path))
        .flatMap(file -> file.extents().stream())
        .forEach(
            extent -> {
              switch (extent) {
                case Extent.Zero _ -> {}
                case Extent.Stored stored -> encodings.add(stored.place().encoding());
                case Extent.Patched patched -> {
                  encodings.add(patched.base().place().encoding());
                  patched.patches().forEach(patch -> encodings.add(patch.place().encoding()));
                }
              }
            });
    return encodings;
  }
}

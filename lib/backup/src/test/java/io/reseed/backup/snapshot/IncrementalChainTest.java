package io.reseed.backup.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.backup.MemoryStore;
import io.reseed.backup.PageFolder;
import io.reseed.backup.SampleFolder;
import io.reseed.backup.TestBackups;
import io.reseed.backup.TestChain;
import io.reseed.backup.catalogue.Catalogue;
import io.reseed.backup.format.Manifest;
import io.reseed.backup.restore.RestoreResult;
import io.reseed.testkit.Scratch;
import java.io.IOException;
import java.nio.file.Path;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;

/** Backups on backups on backups, of files to which anything happens. */
class IncrementalChainTest {
  private static final int GENERATIONS = 12;
  private static final int PAGES_PER_EXTENT = 16;
  private static final double READS_MAX = 1.3;

  @Property(tries = 4)
  void everyGenerationComesBackByItselfWithFewReads(
      @ForAll long seed, @ForAll @IntRange(max = 4) int pageSize) throws IOException {
    assertEveryGenerationComesBack(seed, pageSize);
  }

  @Property(tries = 60)
  @Tag("long")
  void everyGenerationOfManyChainsComesBackByItselfWithFewReads(
      @ForAll long seed, @ForAll @IntRange(max = 4) int pageSize) throws IOException {
    assertEveryGenerationComesBack(seed, pageSize);
  }

  private static void assertEveryGenerationComesBack(long seed, int pageSize) throws IOException {
    int pageBytes = 4_096 << pageSize;
    SnapshotOptions options =
        new SnapshotOptions(PAGES_PER_EXTENT * pageBytes, 64 * pageBytes, 2, 1);
    try (Scratch scratch = Scratch.folder("chain");
        MemoryStore store = new MemoryStore();
        MemoryStore other = new MemoryStore()) {
      Path temp = scratch.path();
      PageFolder folder = new PageFolder(temp.resolve("source"), pageBytes, seed);
      folder.addTable(100);
      folder.addTable(7);
      TestChain chain = new TestChain(store, options, pageBytes);
      Manifest manifest = chain.full(temp.resolve("source")).manifest();
      for (int generation = 0; generation < GENERATIONS; generation++) {
        folder.happen();
        folder.happen();
        manifest = chain.on(manifest, temp.resolve("source")).manifest();
        Path target = temp.resolve("target-" + generation);
        RestoreResult result = chain.restore(manifest, target);

        SampleFolder.assertSame(target, temp.resolve("source"));
        long full =
            new TestChain(other, options, pageBytes)
                .full(temp.resolve("source"))
                .manifest()
                .storedBytes();
        other.clear();
        assertThat(result.bytesTransferred()).isEqualTo(manifest.storedBytes());
        assertThat(manifest.storedBytes())
            .as("reads of generation %d, a full one %d", generation, full)
            .isLessThanOrEqualTo((long) (full * READS_MAX));
        assertThat(new Catalogue(store).manifest(TestBackups.SHARD, manifest.header().id()))
            .isEqualTo(manifest);
      }
    }
  }
}

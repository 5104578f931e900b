package io.reseed.backup.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reseed.backup.MemoryStore;
import io.reseed.backup.SampleFolder;
import io.reseed.backup.TestBackups;
import io.reseed.backup.TestChain;
import io.reseed.backup.format.Manifest;
import io.reseed.backup.format.Sha256;
import io.reseed.backup.snapshot.SnapshotOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DurableProgressTest {
  private static final int EXTENT = 256 << 10;

  @TempDir Path temp;

  private TargetFolders target;
  private List<StoredExtent> extents;
  private Path journal;

  @BeforeEach
  void restoreAllButTheNotes() throws IOException {
    Path source = Files.createDirectories(temp.resolve("source"));
    SampleFolder.random(source.resolve("file"), 4 * EXTENT, new Random(3));
    SnapshotOptions options = new SnapshotOptions(EXTENT, 4 * EXTENT, 1, 1);
    Manifest manifest = new TestChain(new MemoryStore(), options, 16_384).full(source).manifest();
    target = TargetFolders.open(manifest, Map.of("data", temp.resolve("target")));
    target.prepare(new BitSet());
    extents = StoredExtent.of(manifest);
    assertThat(extents).hasSize(4);
    journal = temp.resolve("restore.journal");
  }

  @Test
  void aBatchIsNotedWhenItIsDurable() throws IOException {
    try (RestoreJournal notes = begin()) {
      DurableProgress progress = new DurableProgress(target, notes, 2 * EXTENT);
      progress.written(extents.get(0));
      assertThat(notes.done().cardinality()).isZero();
      progress.written(extents.get(2));
      assertThat(notes.done().stream()).containsExactly(0, 2);
      progress.written(extents.get(3));
      progress.makeDurable();
      assertThat(notes.done().stream()).containsExactly(0, 2, 3);
    }
  }

  /** The kernel tells of a page that it could not write once, and of nothing at the next fsync. */
  @Test
  void afterAnFsyncThatFailedNothingIsBelieved() throws IOException {
    Path file = temp.resolve("target/file");
    Path away = temp.resolve("away");
    try (RestoreJournal notes = begin()) {
      DurableProgress progress = new DurableProgress(target, notes, 2 * EXTENT);
      progress.written(extents.get(0));
      progress.written(extents.get(1));
      progress.written(extents.get(2));
      Files.move(file, away);
      assertThatThrownBy(() -> progress.written(extents.get(3)))
          .isInstanceOf(NoSuchFileException.class);
      Files.move(away, file);

      assertThatThrownBy(progress::makeDurable)
          .isInstanceOf(IOException.class)
          .hasMessageContaining("not known to be durable");

      assertThat(notes.done().stream()).containsExactly(0, 1);
    }
  }

  private RestoreJournal begin() throws IOException {
    return RestoreJournal.begin(journal, TestBackups.id(1), Sha256.of(new byte[] {1}));
  }
}

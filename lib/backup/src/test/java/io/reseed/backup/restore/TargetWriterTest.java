package io.reseed.backup.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.reseed.backup.MemoryStore;
import io.reseed.backup.PageCacheProbe;
import io.reseed.backup.SampleFolder;
import io.reseed.backup.TestChain;
import io.reseed.backup.format.Manifest;
import io.reseed.backup.snapshot.SnapshotOptions;
import io.reseed.testkit.SmallDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TargetWriterTest {
  private static final SnapshotOptions OPTIONS = new SnapshotOptions(4 << 20, 16 << 20, 2, 1);
  private static final int BLOCK = WrittenRuns.BLOCK;

  @TempDir Path temp;

  private Path source;

  @BeforeEach
  void makeTheSource() throws IOException {
    source = Files.createDirectories(temp.resolve("source"));
  }

  @Test
  void longRunsGoPastThePageCacheAndTheirHolesStay() throws IOException {
    assumeFalse(Files.getFileStore(temp).type().equals("tmpfs"), "tmpfs is page cache");
    byte[] bytes = random((9 << 20) + 3 * BLOCK);
    Arrays.fill(bytes, 1 << 20, 3 << 20, (byte) 0);
    Files.write(source.resolve("long"), bytes);

    TargetFolders target = write(temp.resolve("target"));

    assertThat(PageCacheProbe.residentBytes(temp.resolve("target/long"))).isZero();
    try (FileChannel channel = target.openPastPageCache(0).orElseThrow()) {
      assertThat(channel.isOpen()).isTrue();
    }
    SampleFolder.assertSame(temp.resolve("target"), source);
  }

  @Test
  void shortRunsAndEndsOfFilesGoThroughThePageCache() throws IOException {
    byte[] chequered = random(4 << 20);
    for (int block = 0; block < chequered.length; block += 2 * BLOCK) {
      Arrays.fill(chequered, block, block + BLOCK, (byte) 0);
    }
    Files.write(source.resolve("chequered"), chequered);
    Files.write(source.resolve("end"), random((4 << 20) + 5_000));
    Files.write(source.resolve("short"), random(100_003));

    write(temp.resolve("target"));

    for (String name : new String[] {"chequered", "end", "short"}) {
      assertThat(PageCacheProbe.residentBytes(temp.resolve("target").resolve(name)))
          .as(name)
          .isPositive();
    }
    SampleFolder.assertSame(temp.resolve("target"), source);
  }

  @Test
  void aFileSystemWithoutThatWayIsWrittenThroughThePageCache() throws IOException {
    Optional<String> impossible = SmallDisk.whyImpossible();
    assumeTrue(impossible.isEmpty(), () -> impossible.orElse(""));
    Files.write(source.resolve("one"), random(5 << 20));
    Files.write(source.resolve("other"), random(8 << 20));
    try (SmallDisk disk = SmallDisk.mountPageCacheOnly(temp.resolve("ramfs"))) {
      TargetFolders target = write(disk.path());

      assertThat(target.openPastPageCache(0)).isEmpty();
      SampleFolder.assertSame(disk.path(), source);
    }
  }

  private TargetFolders write(Path folder) throws IOException {
    Manifest manifest = new TestChain(new MemoryStore(), OPTIONS, 16 << 10).full(source).manifest();
    TargetFolders target = TargetFolders.open(manifest, Map.of("data", folder));
    target.prepare(new BitSet());
    TargetWriter writer = new TargetWriter(target);
    for (StoredExtent extent : StoredExtent.of(manifest)) {
      Path file = manifest.files().get(extent.fileIndex()).path().below(source);
      int offset = Math.toIntExact(extent.fileOffset());
      int length = Math.toIntExact(extent.extent().rawBytes());
      writer.write(extent, ByteBuffer.wrap(Files.readAllBytes(file), offset, length));
    }
    target.finish();
    return target;
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }
}

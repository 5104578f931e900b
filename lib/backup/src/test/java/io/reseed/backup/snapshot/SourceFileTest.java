package io.reseed.backup.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.reseed.backup.MemoryStore;
import io.reseed.backup.PageCacheProbe;
import io.reseed.backup.SampleFolder;
import io.reseed.backup.TestChain;
import io.reseed.backup.format.RootedPath;
import io.reseed.backup.work.PastPageCache;
import io.reseed.fleet.FailureCode;
import io.reseed.fleet.FailureException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SourceFileTest {
  private static final SnapshotOptions OPTIONS = new SnapshotOptions(4 << 20, 16 << 20, 2, 1);

  @TempDir Path temp;

  /** A file that a restore wrote is not in the page cache; so it shows who brings it there. */
  @Test
  void aSnapshotReadsLongFilesPastThePageCache() throws IOException {
    assumeFalse(Files.getFileStore(temp).type().equals("tmpfs"), "tmpfs is page cache");
    Path source = Files.createDirectories(temp.resolve("source"));
    SampleFolder.random(source.resolve("long"), 6 << 20, new Random(1));
    TestChain chain = new TestChain(new MemoryStore(), OPTIONS, 16 << 10);
    Path restored = temp.resolve("restored");
    chain.restore(chain.full(source).manifest(), restored);
    assertThat(PageCacheProbe.residentBytes(restored.resolve("long"))).isZero();

    SnapshotResult again = chain.full(restored);

    assertThat(PageCacheProbe.residentBytes(restored.resolve("long"))).isZero();
    chain.restore(again.manifest(), temp.resolve("target"));
    SampleFolder.assertSame(temp.resolve("target"), source);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 4_096, 1_000_001, 1 << 20})
  void aFileThatBecameShorterChanged(int bytesLeft) throws IOException {
    SampleFolder.random(temp.resolve("file"), 2 << 20, new Random(2));
    SourceFile file =
        SourceFile.of(new RootedPath("data", "file"), temp, PastPageCache.below(List.of(temp)));
    try (RandomAccessFile cut = new RandomAccessFile(temp.resolve("file").toFile(), "rw")) {
      cut.setLength(bytesLeft);
    }

    assertThatThrownBy(() -> file.read(0, ByteBuffer.allocate(2 << 20)))
        .isInstanceOfSatisfying(
            FailureException.class,
            failure -> assertThat(failure.code()).isEqualTo(FailureCode.SOURCE_CHANGED));
  }

  /** By threads such as a snapshot's. What the JDK lent for it stayed behind, counted by nobody. */
  @Test
  void readingLeavesNoMemoryBehind() throws Exception {
    SampleFolder.random(temp.resolve("file"), 2 << 20, new Random(3));
    SourceFile file =
        SourceFile.of(new RootedPath("data", "file"), temp, PastPageCache.below(List.of(temp)));
    ByteBuffer target = ByteBuffer.allocate(2 << 20);
    long before = residentKilobytes();
    for (int i = 0; i < 200; i++) {
      Thread reading = Thread.ofVirtual().start(() -> readAll(file, target.clear()));
      assertThat(reading.join(Duration.ofSeconds(20))).isTrue();
    }
    assertThat(target.remaining()).isZero();
    assertThat(residentKilobytes() - before).isLessThan(100_000);
  }

  private static void readAll(SourceFile file, ByteBuffer target) {
    try {
      file.read(0, target);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static long residentKilobytes() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .sum();
  }
}

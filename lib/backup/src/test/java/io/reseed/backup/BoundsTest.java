package io.reseed.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reseed.backup.snapshot.SnapshotOptions;
import io.reseed.testkit.Launch;
import io.reseed.testkit.OsProcess;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
class BoundsTest {
  /**
   * What the JVM itself, the classes and the metadata of a thousand files take, and the buffers.
   */
  private static final String HEAP = "-Xmx40m";

  @TempDir Path temp;

  @Test
  void aBigFolderFitsIntoASmallHeap() throws IOException {
    assertFits(1);
  }

  @Test
  @Tag("long")
  void aFolderFourTimesAsBigFitsIntoTheSameHeap() throws IOException {
    assertFits(4);
  }

  private void assertFits(int times) throws IOException {
    Path source = temp.resolve("source");
    fill(source, times);

    String log = run(source);

    assertSame(source, temp.resolve("target"));
    // some eighty are the JVM's own
    String files = log.substring(log.indexOf(BoundedProcess.FILES));
    long most =
        Long.parseLong(files.substring(BoundedProcess.FILES.length(), files.indexOf('\n')).strip());
    assertThat(most).isBetween(1L, 120L);
  }

  @Test
  void optionsFitIntoTheMemoryThatIsGiven() {
    SnapshotOptions defaults = SnapshotOptions.defaults();
    for (long megabytes = 30; megabytes < 400; megabytes += 7) {
      SnapshotOptions fitted = defaults.withinMemory(megabytes << 20);
      assertThat(fitted.memoryBytes()).isLessThanOrEqualTo(megabytes << 20);
      assertThat(fitted.extentBytes()).isEqualTo(defaults.extentBytes());
    }
    assertThat(defaults.withinMemory(defaults.memoryBytes())).isEqualTo(defaults);
    assertThatThrownBy(() -> defaults.withinMemory(10 << 20))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** Piece by piece: these files are larger than this process likes. */
  private static void assertSame(Path source, Path target) throws IOException {
    try (Stream<Path> files = Files.list(source)) {
      for (Path file : files.toList()) {
        assertThat(Files.mismatch(file, target.resolve(source.relativize(file))))
            .as("%s", file)
            .isEqualTo(-1);
      }
    }
  }

  /**
   * A thousand small files, a sparse one of many extents of zeros, and one that does not shrink.
   */
  private static void fill(Path source, int times) throws IOException {
    Files.createDirectories(source);
    Random random = new Random(times);
    for (int i = 0; i < 1_000; i++) {
      SampleFolder.random(source.resolve("small-" + i), 1_000, random);
    }
    try (RandomAccessFile sparse = new RandomAccessFile(source.resolve("sparse").toFile(), "rw")) {
      sparse.setLength(times * (500L << 20));
      sparse.seek(times * (250L << 20));
      sparse.write(1);
    }
    try (RandomAccessFile dense = new RandomAccessFile(source.resolve("dense").toFile(), "rw")) {
      byte[] bytes = new byte[1 << 20];
      for (int i = 0; i < times * 30; i++) {
        random.nextBytes(bytes);
        dense.write(bytes);
      }
    }
  }

  private String run(Path source) throws IOException {
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            HEAP,
            "-XX:+UseSerialGC",
            "-XX:+ExitOnOutOfMemoryError",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            BoundedProcess.class.getName(),
            source.toString(),
            temp.resolve("store").toString(),
            temp.resolve("target").toString());
    Path log = temp.resolve("bounded.log");
    try (OsProcess process = OsProcess.start(new Launch("bounded", command, Map.of(), log))) {
      process.awaitLogLine(BoundedProcess.DONE, Duration.ofMinutes(3));
    }
    return Files.readString(log);
  }
}

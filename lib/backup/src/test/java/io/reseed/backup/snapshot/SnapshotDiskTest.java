package io.reseed.backup.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.reseed.backup.JobMonitor;
import io.reseed.backup.MemoryStore;
import io.reseed.backup.PageFolder;
import io.reseed.backup.SampleFolder;
import io.reseed.backup.TestBackups;
import io.reseed.backup.TestChain;
import io.reseed.testkit.SmallDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A snapshot whose journal lies on a disk without room. */
class SnapshotDiskTest {
  private static final int PAGE = 8 << 10;
  private static final SnapshotOptions OPTIONS = new SnapshotOptions(256 << 10, 256 << 10, 2, 1);

  @TempDir Path temp;

  @ParameterizedTest
  @ValueSource(ints = {0, 8_192})
  void aFullDiskTakesTheWayBackAndNotTheSnapshot(int bytesLeft) throws IOException {
    Optional<String> impossible = SmallDisk.whyImpossible();
    assumeTrue(impossible.isEmpty(), () -> impossible.orElse(""));
    MemoryStore memory = new MemoryStore();
    Path source = temp.resolve("source");
    var _ = new PageFolder(source, PAGE, 4).addTable(400);
    try (SmallDisk disk = SmallDisk.mount(temp.resolve("disk"), 1)) {
      Path job = disk.path().resolve("job");
      disk.fillUpTo(bytesLeft);
      SnapshotRequest request =
          SnapshotRequest.full(
                  TestBackups.header(TestBackups.id(300), null, PAGE),
                  SnapshotSource.scan(Map.of("data", source), path -> true))
              .withJobFolder(job);

      SnapshotResult result =
          new SnapshotWriter(memory, OPTIONS, new Random(1)).write(request, JobMonitor.SILENT);

      assertThat(job.resolve("snapshot.journal")).doesNotExist();
      new TestChain(memory, OPTIONS, PAGE).restore(result.manifest(), temp.resolve("target"));
      SampleFolder.assertSame(temp.resolve("target"), source);
    }
  }
}

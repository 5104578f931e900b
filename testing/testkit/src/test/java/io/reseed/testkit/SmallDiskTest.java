package io.reseed.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SmallDiskTest {
  private static final int MEGABYTE = 1024 * 1024;

  @TempDir private Path folder;

  @BeforeEach
  void skipWhereNoDiskCanBeMounted() {
    Optional<String> reason = SmallDisk.whyImpossible();
    assumeTrue(reason.isEmpty(), () -> reason.orElse(""));
  }

  @Test
  void isAsSmallAsItSaysAndGoneAfterwards() throws IOException {
    Path place = folder.resolve("disk");
    try (SmallDisk disk = SmallDisk.mount(place, 2)) {
      assertThat(disk.bytesFree()).isEqualTo(2 * MEGABYTE);
      Path file = disk.path().resolve("file");
      Files.write(file, new byte[MEGABYTE]);
      assertThatThrownBy(() -> Files.write(disk.path().resolve("more"), new byte[2 * MEGABYTE]))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("No space left");
    }
    assertThat(place).isEmptyDirectory();
  }

  @Test
  void canBeFilledAndEmptiedAndResized() {
    try (SmallDisk disk = SmallDisk.mount(folder.resolve("disk"), 4)) {
      disk.fillUpTo(MEGABYTE);
      assertThat(disk.bytesFree()).isBetween(MEGABYTE - 128L * 1024, (long) MEGABYTE);
      disk.resize(8);
      assertThat(disk.bytesFree()).isGreaterThan(4 * MEGABYTE);
      disk.empty();
      assertThat(disk.bytesFree()).isEqualTo(8L * MEGABYTE);
    }
  }
}

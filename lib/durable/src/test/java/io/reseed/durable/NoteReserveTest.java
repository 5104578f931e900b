package io.reseed.durable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On disks that are full indeed: {@code JobFilesTest}, {@code ProofJobsTest}. */
class NoteReserveTest {
  private static final long WHOLE = 1 << 20;
  private static final long STEP = 64 << 10;
  private final IOException full = new IOException("kein Platz mehr");

  @TempDir private Path directory;

  private NoteReserve reserve;
  private Path room;
  private int tries;

  @BeforeEach
  void keep() throws IOException {
    reserve = new NoteReserve(directory, (thrown, _) -> thrown.equals(full));
    reserve.keep();
    room = directory.resolve("room-for-notes");
    assertThat(room).hasSize(WHOLE);
  }

  @Test
  void givesStepByStepUntilTheNoteFits() throws IOException {
    reserve.write(() -> failUntil(4, full));
    assertThat(tries).isEqualTo(4);
    assertThat(room).hasSize(WHOLE - 3 * STEP);

    reserve.write(() -> failUntil(5, full));
    assertThat(room).as("nothing is given where nothing is needed").hasSize(WHOLE - 3 * STEP);

    reserve.keep();
    assertThat(room).hasSize(WHOLE);
  }

  @Test
  void endsWithTheDisksWordOnceNothingIsLeft() throws IOException {
    assertThatThrownBy(() -> reserve.write(() -> failUntil(Integer.MAX_VALUE, full)))
        .isSameAs(full);
    assertThat(tries).isEqualTo(17);
    assertThat(room).hasSize(0);

    Files.delete(room);
    assertThatThrownBy(() -> reserve.write(() -> failUntil(Integer.MAX_VALUE, full)))
        .isSameAs(full);
    assertThat(tries).isEqualTo(18);
  }

  @Test
  void isNotSpentOnOtherFailures() {
    IOException denied = new AccessDeniedException("file");
    assertThatThrownBy(() -> reserve.write(() -> failUntil(2, denied))).isSameAs(denied);
    assertThat(tries).isEqualTo(1);
    assertThat(room).hasSize(WHOLE);
  }

  private void failUntil(int success, IOException failure) throws IOException {
    tries++;
    if (tries < success) {
      throw failure;
    }
  }
}

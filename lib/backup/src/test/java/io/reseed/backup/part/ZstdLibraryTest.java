package io.reseed.backup.part;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.reseed.testkit.Launch;
import io.reseed.testkit.OsProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ZstdLibraryTest {
  @TempDir private Path temp;

  @Test
  void isLoadedHere() {
    assertThatCode(ZstdLibrary::require).doesNotThrowAnyException();
  }

  /** A library is loaded once a process, so this is another one. */
  @Test
  void aFolderThatItCannotBeUnpackedIntoIsNamed() throws IOException {
    Path nowhere = temp.resolve("not-there");
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Djava.io.tmpdir=" + nowhere,
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            Loading.class.getName());
    Path log = temp.resolve("loading.log");
    try (OsProcess process = OsProcess.start(new Launch("loading", command, Map.of(), log))) {
      assertThat(process.awaitExit(Duration.ofMinutes(1))).isZero();
    }
    assertThat(Files.readString(log))
        .contains("the native library of zstd cannot be loaded")
        .contains(nowhere.toString())
        .contains("noexec");
  }

  /** Says why the library cannot be loaded. */
  static final class Loading {
    private Loading() {}

    public static void main(String[] arguments) {
      try {
        ZstdLibrary.require();
      } catch (IllegalArgumentException e) {
        System.out.println(e.getMessage());
      }
    }
  }
}

package io.reseed.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("slow")
class TetherTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  @TempDir private Path folder;

  @AfterEach
  void endWhatAFailedTestLeft() throws IOException {
    for (String name : List.of("held", "released", "detached")) {
      if (Files.exists(folder.resolve(name))) {
        ProcessHandle.of(Long.parseLong(text(name))).ifPresent(ProcessHandle::destroyForcibly);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"KILL", "INT", "TERM"})
  void nothingOutlivesAJvmThatASignalEnds(String signal) throws Exception {
    try (OsProcess jvm = program(true)) {
      jvm.awaitLogLine("tethered", TIMEOUT);
      assertThat(isAlive("held")).isTrue();
      assertThat(isAlive("detached")).isTrue();

      new ProcessBuilder("kill", "-" + signal, Long.toString(jvm.pid())).start().waitFor();
      jvm.awaitExit(TIMEOUT);

      assertThatAllIsGoneButTheReleased();
    }
  }

  @Test
  void nothingOutlivesAJvmThatEndsByItself() throws Exception {
    try (OsProcess jvm = program(false)) {
      assertThat(jvm.awaitExit(TIMEOUT)).as(jvm.logTail()).isZero();

      assertThatAllIsGoneButTheReleased();
    }
  }

  private void assertThatAllIsGoneButTheReleased() throws IOException {
    Path scratch = Path.of(text("scratch"));
    Patience.await("the held process' end", TIMEOUT, () -> !isAlive("held"));
    Patience.await("the detached process' end", TIMEOUT, () -> !isAlive("detached"));
    Patience.await("the scratch folder's removal", TIMEOUT, () -> Files.notExists(scratch));
    assertThat(isAlive("released")).isTrue();
  }

  private OsProcess program(boolean waits) {
    return OsProcess.start(
        new Launch(
            "tethered",
            List.of(
                // a shell that starts us in the background has SIGINT ignored, and so would the JVM
                "env",
                "--default-signal=INT",
                Parts.java(),
                "-cp",
                System.getProperty("java.class.path"),
                TetheredProgram.class.getName(),
                folder.toString(),
                Boolean.toString(waits)),
            folder.resolve("program.log")));
  }

  private boolean isAlive(String name) throws IOException {
    return ProcessHandle.of(Long.parseLong(text(name))).map(ProcessHandle::isAlive).orElse(false);
  }

  private String text(String name) throws IOException {
    return Files.readString(folder.resolve(name)).strip();
  }
}

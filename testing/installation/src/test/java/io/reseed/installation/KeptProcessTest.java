package io.reseed.installation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class KeptProcessTest {
  @Test
  void aRecordedProcessIsFoundAgainAndEnded() throws IOException, InterruptedException {
    Process process = new ProcessBuilder("sleep", "60").start();
    try {
      String text = KeptProcess.of("sleeper", process.pid()).toText();
      KeptProcess recorded = KeptProcess.parse("sleeper", text);
      assertThat(recorded.isAlive()).isTrue();
      assertThat(recorded.stop()).isTrue();
      assertThat(process.waitFor()).isNotZero();
      assertThat(recorded.isAlive()).isFalse();
      assertThat(recorded.stop()).isFalse();
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void anotherProcessWithTheSameIdIsLeftAlone() throws IOException {
    Process process = new ProcessBuilder("sleep", "60").start();
    try {
      KeptProcess real = KeptProcess.of("sleeper", process.pid());
      KeptProcess earlier =
          new KeptProcess("sleeper", real.pid(), real.startTicks() - 1, real.boot());
      KeptProcess beforeReboot =
          new KeptProcess("sleeper", real.pid(), real.startTicks(), "another boot");
      assertThat(earlier.stop()).isFalse();
      assertThat(beforeReboot.stop()).isFalse();
      assertThat(process.isAlive()).isTrue();
    } finally {
      process.destroyForcibly();
    }
  }
}

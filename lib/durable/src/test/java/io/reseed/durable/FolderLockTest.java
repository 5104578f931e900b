package io.reseed.durable;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class FolderLockTest {
  @TempDir private Path temp;

  @Test
  void oneOfThisProcessAtATime() throws IOException {
    Path folder = temp.resolve("made/on the way");
    try (FolderLock first = taken(folder, "agent");
        FolderLock other = taken(folder, "another")) {
      assertThat(FolderLock.tryTake(folder, "agent")).isEmpty();
      assertThat(FolderLock.tryTake(folder, "agent")).isEmpty();
      assertThat(first).isNotSameAs(other);
    }
    taken(folder, "agent").close();
    assertThat(folder.resolve("agent.lock")).isRegularFile();
  }

  @Test
  @Timeout(value = 1, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void oneProcessAtATimeUntilItIsKilled() throws Exception {
    Process process = holder(temp);
    try (BufferedReader output = process.inputReader(US_ASCII)) {
      assertThat(output.readLine()).isEqualTo("taken");
      assertThat(FolderLock.tryTake(temp, "agent")).isEmpty();
    } finally {
      process.destroyForcibly();
    }
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    taken(temp, "agent").close();
  }

  private static FolderLock taken(Path folder, String work) throws IOException {
    Optional<FolderLock> lock = FolderLock.tryTake(folder, work);
    assertThat(lock).isPresent();
    return lock.orElseThrow();
  }

  private static Process holder(Path folder) throws IOException {
    return new ProcessBuilder(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Holder.class.getName(),
                folder.toString()))
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  /** A process that holds the lock until its standard input ends, with its parent at the latest. */
  static final class Holder {
    private Holder() {}

    /** Takes the lock, says so, and waits. */
    public static void main(String[] arguments) throws IOException {
      try (FolderLock lock = taken(Path.of(arguments[0]), "agent")) {
        System.out.println("taken");
        while (System.in.read() >= 0) {
          assertThat(lock).isNotNull();
        }
      }
    }
  }
}

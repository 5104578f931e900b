package io.reseed.durable;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
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
    FolderLock again = taken(folder, "agent");
    again.close();
    try (FolderLock next = taken(folder, "agent")) {
      again.close();
      assertThat(FolderLock.tryTake(folder, "agent")).isEmpty();
      assertThat(next).isNotNull();
    }
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

  /** A second channel on the lock's file, once closed, would give the lock up. */
  @Test
  @Timeout(value = 1, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void whoIsRefusedHereDoesNotOpenTheDoorToOtherProcesses() throws Exception {
    Path link = Files.createSymbolicLink(temp.resolve("link"), temp);
    try (FolderLock lock = taken(temp, "agent")) {
      assertThat(FolderLock.tryTake(temp, "agent")).isEmpty();
      assertThat(FolderLock.tryTake(link, "agent")).isEmpty();
      assertThat(said(holder(temp))).isEqualTo("refused");
      assertThat(lock).isNotNull();
    }
    assertThat(said(holder(temp))).isEqualTo("taken");
  }

  private static String said(Process process) throws Exception {
    try (BufferedReader output = process.inputReader(US_ASCII)) {
      return output.readLine();
    } finally {
      process.destroyForcibly();
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    }
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
      Optional<FolderLock> taken = FolderLock.tryTake(Path.of(arguments[0]), "agent");
      System.out.println(taken.isPresent() ? "taken" : "refused");
      try (FolderLock lock = taken.orElseThrow()) {
        while (System.in.read() >= 0) {
          assertThat(lock).isNotNull();
        }
      }
    }
  }
}

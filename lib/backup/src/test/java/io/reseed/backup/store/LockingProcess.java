package io.reseed.backup.store;

import io.reseed.testkit.Launch;
import io.reseed.testkit.OsProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A process in the middle of a put into a store's folder, to be killed. */
final class LockingProcess {
  private LockingProcess() {}

  /**
   * Starts it.
   *
   * @param ready gets the path of the unfinished file
   */
  static OsProcess start(Path log, Path folder, Path ready) {
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            LockingProcess.class.getName(),
            folder.toString(),
            ready.toString());
    OsProcess process = OsProcess.start(new Launch("locking", command, log));
    process.awaitReady("its file", Duration.ofSeconds(30), () -> Files.exists(ready));
    return process;
  }

  /** Begins, and waits for its end. */
  public static void main(String[] arguments) throws Exception {
    UnfinishedFiles files = UnfinishedFiles.open(Path.of(arguments[0]));
    Path file = Files.writeString(files.newFile(), "half an obj");
    Path ready = Path.of(arguments[1]);
    Path draft = Files.writeString(ready.resolveSibling("draft"), file.toString());
    Files.move(draft, ready, StandardCopyOption.ATOMIC_MOVE);
    if (new CountDownLatch(1).await(2, TimeUnit.MINUTES)) {
      throw new IllegalStateException("nobody counts down");
    }
    files.close();
  }
}

package io.reseed.testkit;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** What {@link TetherTest} runs in a JVM of its own and ends in several ways. */
final class TetheredProgram {
  private TetheredProgram() {}

  /** Arguments: a folder, and whether to wait until it is ended from outside. */
  public static void main(String[] args) throws Exception {
    Path folder = Path.of(args[0]);
    Tether.ofThisJvm().holdServersUnder(folder);
    OsProcess held = start(folder, "held");
    OsProcess released = start(folder, "released");
    released.release();
    startDetached(folder);
    Scratch scratch = Scratch.folder("tethered");
    if (SmallDisk.whyImpossible().isEmpty()) {
      // its folder cannot be removed before it is unmounted
      Files.writeString(
          SmallDisk.mount(scratch.path().resolve("disk"), 1).path().resolve("f"), "x");
    }
    Files.writeString(folder.resolve("scratch"), scratch.path().toString());
    Files.writeString(folder.resolve("held"), Long.toString(held.pid()));
    Files.writeString(folder.resolve("released"), Long.toString(released.pid()));
    System.out.println("tethered");
    if (Boolean.parseBoolean(args[1])) {
      new CountDownLatch(1).await();
    }
  }

  private static OsProcess start(Path folder, String name) {
    return OsProcess.start(
        new Launch(name, List.of("sleep", "300"), folder.resolve(name + ".log")));
  }

  /** Like a detached mysqld: known only by the options file in its command line. */
  private static void startDetached(Path folder) throws Exception {
    Path pidFile = folder.resolve("detached");
    String script = "echo $$ >\"$0\"; while :; do sleep 1; done";
    String option = "--defaults-file=" + folder.resolve("my.cnf");
    new ProcessBuilder("setsid", "--fork", "sh", "-c", script, pidFile.toString(), option)
        .start()
        .waitFor();
    Patience.await(
        "the detached process",
        KafkaBroker.TIMEOUT,
        () -> Files.exists(pidFile) && Files.size(pidFile) > 0);
  }
}

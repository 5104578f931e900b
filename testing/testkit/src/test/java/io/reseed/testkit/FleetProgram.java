package io.reseed.testkit;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** What {@link MysqlFleetTest} runs in a JVM of its own and kills: it starts a server and waits. */
final class FleetProgram {
  private FleetProgram() {}

  /** Arguments: a folder for the fleet, and a file that gets the server's process id. */
  public static void main(String[] args) throws Exception {
    MysqlFleet fleet = MysqlFleet.in(Path.of(args[0]));
    long pid = fleet.newServer("orphan").local().processId().orElseThrow();
    Files.writeString(Path.of(args[1]), Long.toString(pid));
    System.out.println("server runs");
    new CountDownLatch(1).await();
  }

  static OsProcess start(Path folder, Path report) {
    return OsProcess.start(
        new Launch(
            "fleet-program",
            List.of(
                Parts.java(),
                "-Dreseed.root=" + Parts.root(),
                "-cp",
                System.getProperty("java.class.path"),
                FleetProgram.class.getName(),
                folder.resolve("fleet").toString(),
                report.toString()),
            folder.resolve("program.log")));
  }
}

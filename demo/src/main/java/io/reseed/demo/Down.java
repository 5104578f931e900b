package io.reseed.demo;

import java.util.Optional;

/** {@code ./reseed down}: stops what {@code ./reseed demo --keep} left running. */
public final class Down {
  private Down() {}

  /** Ends with 0, also when nothing runs. */
  public static void main(String[] arguments) {
    System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "warn");
    Optional<KeptDemo> kept = KeptDemo.find();
    if (kept.isEmpty()) {
      System.out.println("No demo was left running in this checkout.");
      return;
    }
    long stopped = kept.get().stop();
    System.out.printf("Stopped %d processes and all servers; their folder is gone.%n", stopped);
  }
}

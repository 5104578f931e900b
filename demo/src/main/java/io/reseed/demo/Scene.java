package io.reseed.demo;

import io.reseed.installation.EventFeed;
import io.reseed.installation.Installation;
import io.reseed.installation.ServiceProcess;
import java.time.Duration;

/**
 * Where a story plays.
 *
 * @param patience with anything that Reseed does by itself
 */
record Scene(Installation installation, Screen screen, EventFeed feed, Duration patience) {
  private static final Duration GLANCE_INTERVAL = Duration.ofSeconds(1);

  /** Something that is waited for, a while at a time. */
  @FunctionalInterface
  interface Awaited {
    /** Whether it came within the time. */
    boolean within(Duration timeout) throws InterruptedException;
  }

  /**
   * Waits with patience, and looks after the services meanwhile: nobody shall wait for one that is
   * gone.
   *
   * @return false when it did not come
   * @throws IllegalStateException when a service ended by itself
   */
  boolean await(Awaited awaited) throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (!awaited.within(GLANCE_INTERVAL)) {
      for (ServiceProcess service : installation.services()) {
        if (!service.isAlive()) {
          throw new IllegalStateException(
              service.name() + " ended by itself; its log is " + service.log());
        }
      }
      if (System.nanoTime() - deadline > 0) {
        return false;
      }
    }
    return true;
  }
}

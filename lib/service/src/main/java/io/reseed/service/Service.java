package io.reseed.service;

import io.reseed.fleet.ConfigProblems;

/**
 * What is particular to one service; everything else is done by this library. The one bean of this
 * type is found, checked, opened when the process starts, and closed when it ends.
 */
public interface Service {
  /** Who it is. */
  ServiceIdentity identity();

  /** Looks at all that the configuration says, and connects nothing. */
  void check(ConfigProblems problems);

  /**
   * Opens the service's parts, each into {@code parts}, in the order in which they need each other.
   * When it throws, those that are open are closed again, and the process ends with what it says.
   */
  void open(ServiceParts parts) throws InterruptedException;
}

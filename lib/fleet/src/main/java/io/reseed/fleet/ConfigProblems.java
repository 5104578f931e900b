package io.reseed.fleet;

import java.util.ArrayList;
import java.util.List;

/**
 * Looks at every part of a service's configuration before anything is connected, so that all that
 * is wrong is told at once.
 */
public final class ConfigProblems {
  private final List<RuntimeException> problems = new ArrayList<>();

  /**
   * Notes what is wrong with a part.
   *
   * @param part is made of the configuration, and throws when it cannot be
   */
  public ConfigProblems check(Runnable part) {
    try {
      part.run();
    } catch (RuntimeException e) {
      problems.add(e);
    }
    return this;
  }

  /**
   * Does nothing when every part was sound.
   *
   * @throws IllegalArgumentException that names everything that is wrong
   */
  public void refuse() {
    if (problems.isEmpty()) {
      return;
    }
    List<String> messages = problems.stream().map(ConfigProblems::message).distinct().toList();
    IllegalArgumentException refused =
        new IllegalArgumentException(
            "the configuration cannot be used: " + String.join("; ", messages));
    problems.forEach(refused::addSuppressed);
    throw refused;
  }

  private static String message(RuntimeException problem) {
    String message = problem.getMessage();
    return message == null ? problem.toString() : message;
  }
}

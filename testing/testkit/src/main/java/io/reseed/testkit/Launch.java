package io.reseed.testkit;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * How a process is started.
 *
 * @param name what messages call it, e.g. {@code kafka}
 * @param command program and arguments
 * @param environment variables set in addition to this JVM's own
 * @param log file that gets its output, appended
 */
public record Launch(String name, List<String> command, Map<String, String> environment, Path log) {
  public Launch {
    command = List.copyOf(command);
    environment = Map.copyOf(environment);
  }

  public Launch(String name, List<String> command, Path log) {
    this(name, command, Map.of(), log);
  }
}

package io.reseed.bench.peer;

import io.reseed.bench.machine.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The other programs, as {@code scripts/setup-bench-tools} provides them.
 *
 * @param folder whose {@code bin/} holds them
 */
public record Tools(Path folder) {
  /** The folder that {@code RESEED_BENCH_TOOLS} names, as {@code ./reseed bench} sets it. */
  public static Tools locate() {
    return new Tools(Path.of(System.getenv().getOrDefault("RESEED_BENCH_TOOLS", "/nonexistent")));
  }

  /** Where a program is, if it is there. */
  public Optional<Path> find(String program) {
    Path path = folder.resolve("bin").resolve(program);
    return Files.isExecutable(path) ? Optional.of(path) : Optional.empty();
  }

  /** Each of the programs that is missing, as a reason to be absent. */
  public List<String> missing(String... programs) {
    List<String> reasons = new ArrayList<>();
    for (String program : programs) {
      if (find(program).isEmpty()) {
        reasons.add(program + ": no such program in " + folder.resolve("bin"));
      }
    }
    return List.copyOf(reasons);
  }

  /** What is there, each with its version. */
  public String versions() throws IOException {
    TreeMap<String, String> versions = new TreeMap<>();
    for (String[] ask :
        new String[][] {
          {"restic", "version"}, {"rclone", "version"}, {"zstd", "--version"}, {"mydumper", "-V"}
        }) {
      Optional<Path> program = find(ask[0]);
      if (program.isPresent()) {
        String said = Command.of(program.get().toString(), ask[1]).run();
        versions.put(ask[0], said.lines().findFirst().orElse("").replace("*", "").strip());
      }
    }
    return String.join("; ", versions.values());
  }
}

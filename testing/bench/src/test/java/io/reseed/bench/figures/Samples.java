package io.reseed.bench.figures;

import java.util.Arrays;
import java.util.List;

/** Results as a contest might have them. */
final class Samples {
  private Samples() {}

  static Entry entry(String name, Role role, long bytesMoved, double... seconds) {
    List<Measurement> runs =
        Arrays.stream(seconds).mapToObj(each -> new Measurement(each, bytesMoved)).toList();
    return new Entry(name, role, 100_000_000, runs);
  }

  /** Reseed takes 2 s, the slowest baseline 1.5 s, the fastest peer 3 s. */
  static Result result(Goal... goals) {
    return new Result(
        "100 MB, cold cache",
        List.of(
            entry("Reseed", Role.OURS, 40_000_000, 2, 1.5, 2.5),
            entry("GET", Role.BASELINE, 40_000_000, 1.5),
            entry("cp", Role.BASELINE, 0, 1),
            entry("restic & co", Role.PEER, 30_000_000, 4, 3, 5),
            entry("rclone", Role.PEER, 100_000_000, 3)),
        List.of("mydumper: no such program"),
        List.of(goals));
  }
}

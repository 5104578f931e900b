package io.reseed.installation;

import java.util.Map;

/**
 * Settings that differ from the production defaults, by service: shorter intervals, so that a story
 * of minutes shows what else takes a while.
 */
public record Tempo(
    Map<String, String> detector,
    Map<String, String> restore,
    Map<String, String> catchUp,
    Map<String, String> validator) {

  /** What the demo and the system tests use. */
  public static Tempo brisk() {
    return new Tempo(
        Map.of(),
        Map.of("reseed.restore.heartbeat-interval", "1s"),
        Map.of(
            "reseed.catchup.sample-interval", "500ms",
            "reseed.catchup.retry-interval", "1s",
            "reseed.catchup.stall-max", "60s"),
        Map.of(
            // cycles are asked for, and each looks at everything
            "reseed.validator.cycle-interval", "30d",
            "reseed.validator.cycle-jitter", "0s",
            "reseed.validator.table-check-cycles", "1",
            "reseed.validator.content-check-cycles", "1"));
  }
}

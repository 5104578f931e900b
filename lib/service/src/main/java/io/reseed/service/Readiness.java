package io.reseed.service;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Whether a part does its work, and what is to be said of it at {@code /q/health/ready}.
 *
 * @param data for people, without secrets
 */
public record Readiness(boolean isReady, Map<String, String> data) {
  public Readiness {
    data = Map.copyOf(data);
  }

  /** Says nothing more. */
  public static Readiness of(boolean isReady) {
    return new Readiness(isReady, Map.of());
  }

  /** With one more word to it. */
  public Readiness with(String key, Object value) {
    return and(new Readiness(true, Map.of(key, value.toString())));
  }

  /** Both together: ready when both are. */
  public Readiness and(Readiness other) {
    Map<String, String> both = new LinkedHashMap<>(data);
    both.putAll(other.data);
    return new Readiness(isReady && other.isReady, both);
  }
}

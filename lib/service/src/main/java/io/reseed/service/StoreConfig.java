package io.reseed.service;

import io.reseed.backup.store.StoreSettings;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/** Where the backups lie. */
public interface StoreConfig {
  /** Absent for AWS' own of the region. */
  Optional<URI> endpoint();

  @WithDefault("us-east-1")
  String region();

  String bucket();

  /** Before every key. */
  Optional<String> prefix();

  /** Absent, together with the secret, for the AWS default chain. */
  Optional<String> accessKey();

  Optional<String> secretKey();

  /** The bucket in the path rather than in the host name. */
  @WithDefault("false")
  boolean pathStyle();

  /**
   * As the library is told.
   *
   * @param retryBudget beyond it the callers wait and try again themselves, and say so meanwhile
   * @throws IllegalArgumentException that says what is wrong
   */
  static StoreSettings settings(StoreConfig store, Duration retryBudget) {
    return new StoreSettings(
        store.endpoint().orElse(null),
        store.region(),
        store.bucket(),
        store.prefix().orElse(""),
        StoreSettings.Credentials.of(store.accessKey(), store.secretKey()),
        store.pathStyle(),
        StoreSettings.Client.defaults().withRetryBudget(retryBudget));
  }
}

package io.reseed.backup;

import io.reseed.backup.store.ObjectStore;
import io.reseed.backup.store.S3Store;
import io.reseed.backup.store.StoreSettings;
import io.reseed.testkit.S3Extension;
import java.net.URI;
import java.time.Duration;

/** Opens the real S3 front that a test class has. */
public final class TestStores {
  private TestStores() {}

  /** Settings for the class' own bucket; each prefix is a repository of its own. */
  public static StoreSettings settings(S3Extension s3, String prefix) {
    return new StoreSettings(
        s3.front().endpoint(),
        "us-east-1",
        s3.bucket(),
        prefix,
        new StoreSettings.Credentials(s3.front().accessKey(), s3.front().secretKey()),
        true,
        StoreSettings.Client.defaults().withRetryBudget(Duration.ofMinutes(2)));
  }

  /** {@link #settings(S3Extension, String)}, by way of a port that leads to the front. */
  public static StoreSettings settings(
      S3Extension s3, String prefix, int port, Duration retryBudget) {
    StoreSettings direct = settings(s3, prefix);
    return new StoreSettings(
        URI.create("http://127.0.0.1:" + port),
        direct.region(),
        direct.bucket(),
        direct.prefix(),
        direct.credentials(),
        direct.pathStyle(),
        direct.client().withRetryBudget(retryBudget));
  }

  /** Opens it. */
  public static ObjectStore open(S3Extension s3, String prefix) {
    return S3Store.open(settings(s3, prefix));
  }
}

package io.reseed.backup;

import io.reseed.backup.store.ObjectStore;
import io.reseed.backup.store.S3Store;
import io.reseed.backup.store.StoreSettings;
import io.reseed.testkit.S3Extension;
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

  /** Opens it. */
  public static ObjectStore open(S3Extension s3, String prefix) {
    return S3Store.open(settings(s3, prefix));
  }
}

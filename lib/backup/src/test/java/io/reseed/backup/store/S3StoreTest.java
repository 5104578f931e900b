package io.reseed.backup.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.backup.TestStores;
import io.reseed.fleet.FailureCode;
import io.reseed.testkit.S3Extension;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Against S3Proxy. */
class S3StoreTest extends S3StoreContract {
  @RegisterExtension static final S3Extension S3 = S3Extension.shared();

  private static ObjectStore store;

  @BeforeAll
  static void open() {
    store = TestStores.open(S3, "contract");
  }

  @AfterAll
  static void close() {
    store.close();
  }

  @Override
  ObjectStore store() {
    return store;
  }

  @Override
  ObjectStore pagingByThree() {
    return new S3Objects(S3.front().client(), S3.bucket(), "contract/", 3);
  }

  @Test
  void wrongCredentialsAreRefusedAtOnce() {
    StoreSettings good = TestStores.settings(S3, "contract");
    StoreSettings stranger =
        new StoreSettings(
            good.endpoint(),
            good.region(),
            good.bucket(),
            good.prefix(),
            new StoreSettings.Credentials(S3.front().accessKey(), "wrong"),
            true,
            good.client());
    try (ObjectStore refused = S3Store.open(stranger)) {
      assertFails(FailureCode.STORE_REFUSED, () -> refused.put("a", bytes("x")));
    }
  }

  @Test
  void aBucketThatIsNotThereIsRefused() {
    StoreSettings good = TestStores.settings(S3, "contract");
    StoreSettings elsewhere =
        new StoreSettings(
            good.endpoint(), good.region(), "nowhere", "", good.credentials(), true, good.client());
    try (ObjectStore refused = S3Store.open(elsewhere)) {
      assertFails(FailureCode.STORE_REFUSED, () -> refused.put("a", bytes("x")));
      assertFails(FailureCode.STORE_REFUSED, () -> refused.list("a", info -> {}));
    }
  }

  @Test
  void secretsAreNotPrinted() {
    assertThat(TestStores.settings(S3, "x").toString()).doesNotContain(S3.front().secretKey());
  }
}

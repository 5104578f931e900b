package io.reseed.backup.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.testkit.S3Mock;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against S3Mock, with the SDK's checksums on every request. */
@Tag("slow")
class S3MockStoreTest extends S3StoreContract {
  private static final String BUCKET = "contract-bucket";

  @TempDir private static Path folder;
  private static S3Mock mock;
  private static ObjectStore store;

  @BeforeAll
  static void open() {
    mock = S3Mock.start(folder);
    mock.createBucket(BUCKET);
    store = settings().open();
  }

  private static StoreSettings settings() {
    StoreSettings.Client client = StoreSettings.Client.defaults();
    return new StoreSettings(
        mock.endpoint(),
        "us-east-1",
        BUCKET,
        "contract",
        new StoreSettings.Credentials(mock.accessKey(), mock.secretKey()),
        true,
        new StoreSettings.Client(
            client.connectionsMax(),
            client.connectTimeout(),
            client.readTimeout(),
            client.callTimeout(),
            Duration.ofSeconds(30),
            true));
  }

  /** It looks first and writes then: several that race may be told that they created. */
  @Override
  boolean hasAtomicConditionalPuts() {
    return false;
  }

  /** It empties the file that it answers from, and fills it again. */
  @Override
  boolean hasAtomicReplacements() {
    return false;
  }

  /** Each takes it long. */
  @Override
  int replacements() {
    return 6;
  }

  @Test
  void aProbeFindsNothingMissingButWhatRacesShow() {
    assertThat(StoreProbe.of(settings(), "nonce").lacks())
        .allMatch(lack -> lack.startsWith("atomic conditional put"));
    assertThat(keys("probe/")).isEmpty();
  }

  @AfterAll
  static void close() {
    store.close();
    mock.close();
  }

  @Override
  ObjectStore store() {
    return store;
  }

  @Override
  ObjectStore pagingByThree() {
    return new S3Objects(mock.client(), BUCKET, "contract/", 3);
  }
}

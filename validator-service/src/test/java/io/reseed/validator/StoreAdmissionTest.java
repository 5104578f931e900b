package io.reseed.validator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reseed.backup.snapshot.SnapshotOptions;
import io.reseed.backup.store.ObjectStore;
import io.reseed.backup.store.StoreSettings;
import io.reseed.fleet.FailureCode;
import io.reseed.fleet.FailureException;
import io.reseed.testkit.S3Extension;
import io.reseed.testkit.S3Mock;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
@Tag("slow")
class StoreAdmissionTest {
  @RegisterExtension static final S3Extension S3 = S3Extension.dedicated();
  private static final Duration RETRY_INTERVAL = Duration.ofMillis(100);
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  @TempDir private Path temp;

  @AfterEach
  void bringTheStoreBack() {
    S3.front().startAgain();
  }

  @Test
  void aStoreThatIsFitIsLeftAsItWas() {
    StoreSettings settings = settings(S3.front().endpoint(), S3.bucket());

    try (StoreAdmission admission = StoreAdmission.begin(settings, RETRY_INTERVAL)) {
      assertThat(admission.isFit()).isTrue();
    }

    List<String> left = new ArrayList<>();
    try (ObjectStore store = settings.open()) {
      store.list("", info -> left.add(info.key()));
    }
    assertThat(left).isEmpty();
  }

  @Test
  void aStoreThatDoesNotAnswerIsAskedAgainUntilItDoesAndARefusalThenEndsTheService()
      throws Exception {
    StoreSettings settings = settings(S3.front().endpoint(), S3.bucket());
    StoreSettings wrong = settings(S3.front().endpoint(), S3.bucket(), "wrong");
    S3.front().kill();

    try (StoreAdmission admission = StoreAdmission.begin(settings, RETRY_INTERVAL);
        StoreAdmission refused = StoreAdmission.begin(wrong, RETRY_INTERVAL)) {
      assertThat(admission.isFit()).isFalse();
      S3.front().startAgain();

      Awaitility.await().atMost(PATIENCE).until(admission::isFit);
      assertThat(admission.refusal().toCompletableFuture()).isNotDone();
      assertThat(
              refused.refusal().toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS))
          .isInstanceOfSatisfying(
              FailureException.class,
              e -> assertThat(e.code()).isEqualTo(FailureCode.STORE_REFUSED));
      assertThat(refused.isFit()).isFalse();
    }
  }

  @Test
  void aWrongKeyABucketAndAFolderThatAreNotThereEndTheStart() {
    URI front = S3.front().endpoint();
    assertThatThrownBy(() -> begin(settings(front, S3.bucket(), "wrong")))
        .isInstanceOfSatisfying(
            FailureException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.STORE_REFUSED));
    assertThatThrownBy(() -> begin(settings(front, "absent"))).isInstanceOf(FailureException.class);
    assertThatThrownBy(() -> begin(settings(temp.toUri(), "absent")))
        .isInstanceOf(FailureException.class)
        .hasMessageContaining("is not there");
  }

  /** S3Mock looks first and puts then. Kafka need not answer for that. */
  @Test
  void anUnfitStoreEndsTheStartOfTheServiceAndSaysWhatItLacks() throws IOException {
    try (S3Mock mock = S3Mock.start(temp)) {
      mock.createBucket("backups");
      Map<String, String> values = ValidatorConfigTest.example(false);
      values.put("reseed.store.endpoint", mock.endpoint().toString());
      values.put("kafka.bootstrap.servers", "127.0.0.1:9"); // nobody answers there

      assertThatThrownBy(() -> TestSettings.open(values, SnapshotOptions.defaults()))
          .isInstanceOfSatisfying(
              FailureException.class,
              e -> {
                assertThat(e.code()).isEqualTo(FailureCode.STORE_UNFIT);
                assertThat(e).hasMessageContaining("it lacks atomic conditional put");
              });
    }
  }

  private static void begin(StoreSettings settings) {
    StoreAdmission.begin(settings, RETRY_INTERVAL).close();
  }

  private static StoreSettings settings(URI endpoint, String bucket) {
    return settings(endpoint, bucket, S3.front().secretKey());
  }

  private static StoreSettings settings(URI endpoint, String bucket, String secret) {
    return new StoreSettings(
        endpoint,
        "us-east-1",
        bucket,
        "probed",
        new StoreSettings.Credentials(S3.front().accessKey(), secret),
        true,
        StoreSettings.Client.defaults().withRetryBudget(Duration.ofMillis(500)));
  }
}

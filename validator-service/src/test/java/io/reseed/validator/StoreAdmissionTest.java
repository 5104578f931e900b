package io.reseed.validator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reseed.backup.BackupException;
import io.reseed.backup.FailureCode;
import io.reseed.backup.store.ObjectStore;
import io.reseed.backup.store.StoreSettings;
import io.reseed.testkit.FreePort;
import io.reseed.testkit.S3Extension;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class StoreAdmissionTest {
  @RegisterExtension static final S3Extension S3 = S3Extension.dedicated();

  @TempDir private Path temp;

  @Test
  void aStoreThatIsFitIsLeftAsItWas() {
    StoreSettings settings = settings(S3.front().endpoint(), S3.bucket(), S3.front().secretKey());

    StoreAdmission.probe(settings);

    List<String> left = new ArrayList<>();
    try (ObjectStore store = settings.open()) {
      store.list("", info -> left.add(info.key()));
    }
    assertThat(left).isEmpty();
  }

  @Test
  void aStoreThatDoesNotAnswerDoesNotKeepTheServiceFromItsShards() {
    URI nobody = URI.create("http://127.0.0.1:" + FreePort.onLoopback());

    assertThatCode(() -> StoreAdmission.probe(settings(nobody, "backups", "secret")))
        .doesNotThrowAnyException();
  }

  @Test
  void aWrongKeyABucketAndAFolderThatAreNotThereEndTheStart() {
    URI front = S3.front().endpoint();
    assertThatThrownBy(() -> StoreAdmission.probe(settings(front, S3.bucket(), "wrong")))
        .isInstanceOfSatisfying(
            BackupException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.STORE_REFUSED));
    assertThatThrownBy(() -> StoreAdmission.probe(settings(front, "absent", null)))
        .isInstanceOf(BackupException.class);
    assertThatThrownBy(() -> StoreAdmission.probe(settings(temp.toUri(), "absent", null)))
        .isInstanceOf(BackupException.class);
  }

  private static StoreSettings settings(URI endpoint, String bucket, @Nullable String secret) {
    String key = secret == null ? S3.front().secretKey() : secret;
    return new StoreSettings(
        endpoint,
        "us-east-1",
        bucket,
        "probed",
        new StoreSettings.Credentials(S3.front().accessKey(), key),
        true,
        StoreSettings.Client.defaults().withRetryBudget(Duration.ofMillis(500)));
  }
}

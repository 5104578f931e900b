package io.reseed.backup.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.fleet.FailureCode;
import io.reseed.fleet.FailureException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.services.s3.model.S3Exception;

class S3FailuresTest {

  @ParameterizedTest
  @CsvSource({
    "403, QuotaExceeded, STORE_REFUSED, Raise the quota",
    "400, XMinioAdminBucketQuotaExceeded, STORE_REFUSED, Raise the quota",
    "507, XMinioStorageFull, STORE_UNREACHABLE, Raise the quota",
    "507, Whatever, STORE_UNREACHABLE, Raise the quota",
    "403, AccessDenied, STORE_REFUSED, credentials",
    "503, SlowDown, STORE_UNREACHABLE, Check that the store runs"
  })
  void theHintFitsWhatTheStoreSays(int status, String said, FailureCode code, String hint) {
    S3Exception answer =
        (S3Exception)
            S3Exception.builder()
                .statusCode(status)
                .awsErrorDetails(
                    AwsErrorDetails.builder().errorCode(said).errorMessage("no").build())
                .build();

    FailureException failure = S3Failures.translated(answer, "bucket/key");

    assertThat(failure.code()).isEqualTo(code);
    assertThat(failure.hint()).contains(hint);
    assertThat(failure).hasMessageContaining("bucket/key");
  }
}

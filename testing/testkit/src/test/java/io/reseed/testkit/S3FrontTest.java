package io.reseed.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Files;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Exception;

@Tag("slow")
class S3FrontTest {
  @RegisterExtension static final S3Extension S3 = S3Extension.dedicated();

  @Test
  void aStoppedServiceComesBackWithItsObjects() {
    URI endpoint = S3.front().endpoint();
    try (S3Client client = S3.front().client()) {
      put(client, "folder/kept", "bytes");

      S3.front().stop();
      assertThatThrownBy(() -> text(client, "folder/kept")).isInstanceOf(SdkClientException.class);
      S3.front().startAgain();

      assertThat(S3.front().endpoint()).isEqualTo(endpoint);
      assertThat(text(client, "folder/kept")).isEqualTo("bytes");
    }
  }

  @Test
  void aKilledServiceComesBackWithItsObjects() {
    try (S3Client client = S3.front().client()) {
      put(client, "killed", "bytes");

      S3.front().kill();
      S3.front().startAgain();

      assertThat(text(client, "killed")).isEqualTo("bytes");
    }
  }

  @Test
  void wrongCredentialsAreRefused() {
    try (S3Client stranger =
        S3Client.builder()
            .endpointOverride(S3.front().endpoint())
            .forcePathStyle(true)
            .region(Region.US_EAST_1)
            .credentialsProvider(
                StaticCredentialsProvider.create(
                    AwsBasicCredentials.create(S3.front().accessKey(), "wrong")))
            .httpClient(UrlConnectionHttpClient.create())
            .build()) {
      assertThatThrownBy(() -> put(stranger, "stranger", "bytes"))
          .isInstanceOfSatisfying(
              S3Exception.class, e -> assertThat(e.statusCode()).isEqualTo(403));
    }
  }

  @Test
  void aConditionalPutRefusesToReplace() {
    try (S3Client client = S3.front().client()) {
      put(client, "once", "first");

      assertThatThrownBy(
              () ->
                  client.putObject(
                      request -> request.bucket(S3.bucket()).key("once").ifNoneMatch("*"),
                      RequestBody.fromString("second")))
          .isInstanceOfSatisfying(
              S3Exception.class, e -> assertThat(e.statusCode()).isEqualTo(412));
      assertThat(text(client, "once")).isEqualTo("first");
    }
  }

  @Test
  void aDamagedFileIsReadAsItIs() throws Exception {
    try (S3Client client = S3.front().client()) {
      put(client, "pack/damaged", "good");

      Files.write(S3.front().objectFile(S3.bucket(), "pack/damaged"), "evil".getBytes(UTF_8));

      assertThat(text(client, "pack/damaged")).isEqualTo("evil");
    }
  }

  private static void put(S3Client client, String key, String text) {
    client.putObject(request -> request.bucket(S3.bucket()).key(key), RequestBody.fromString(text));
  }

  private static String text(S3Client client, String key) {
    return client.getObjectAsBytes(request -> request.bucket(S3.bucket()).key(key)).asString(UTF_8);
  }
}

package io.reseed.backup.store;

import java.util.concurrent.ThreadLocalRandom;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.S3Configuration;

/** Amazon S3 and what speaks its language. */
public final class S3Store {
  private static final int PAGE_KEYS = 1_000;

  private S3Store() {}

  /**
   * Opens the store: connects lazily, so this does not fail for an unreachable store. Every call is
   * tried again, with jitter, for as long as {@link StoreSettings.Client#retryBudget()}.
   */
  public static ObjectStore open(StoreSettings settings) {
    return retrying(objects(settings), settings);
  }

  /** The bare store, of which each call is tried once. */
  static S3Objects objects(StoreSettings settings) {
    return new S3Objects(client(settings), settings.bucket(), settings.prefix(), PAGE_KEYS);
  }

  /** Tries calls again. */
  static ObjectStore retrying(ObjectStore once, StoreSettings settings) {
    return new RetryingStore(
        once,
        settings.client().retryBudget(),
        RetryingStore.Waiting.SYSTEM,
        // one generator per calling thread
        bound -> ThreadLocalRandom.current().nextLong(bound));
  }

  private static S3Client client(StoreSettings settings) {
    StoreSettings.Client bounds = settings.client();
    S3ClientBuilder builder =
        S3Client.builder()
            .region(Region.of(settings.region()))
            .credentialsProvider(credentials(settings))
            .forcePathStyle(settings.pathStyle())
            // bodies are checked by MD5 and by our own hashes; not every store reads aws-chunked
            .serviceConfiguration(S3Configuration.builder().chunkedEncodingEnabled(false).build())
            .httpClientBuilder(
                Apache5HttpClient.builder()
                    .maxConnections(bounds.connectionsMax())
                    .connectionTimeout(bounds.connectTimeout())
                    .socketTimeout(bounds.readTimeout())
                    .connectionAcquisitionTimeout(bounds.callTimeout()))
            .overrideConfiguration(
                override ->
                    override
                        .apiCallTimeout(bounds.callTimeout())
                        .addExecutionInterceptor(new S3Answers())
                        .retryStrategy(DefaultRetryStrategy.doNotRetry()))
            .requestChecksumCalculation(
                bounds.checksumsAlways()
                    ? RequestChecksumCalculation.WHEN_SUPPORTED
                    : RequestChecksumCalculation.WHEN_REQUIRED)
            .responseChecksumValidation(
                bounds.checksumsAlways()
                    ? ResponseChecksumValidation.WHEN_SUPPORTED
                    : ResponseChecksumValidation.WHEN_REQUIRED);
    if (settings.endpoint() != null) {
      builder.endpointOverride(settings.endpoint());
    }
    return builder.build();
  }

  private static AwsCredentialsProvider credentials(StoreSettings settings) {
    StoreSettings.Credentials credentials = settings.credentials();
    return credentials == null
        ? DefaultCredentialsProvider.builder().build()
        : StaticCredentialsProvider.create(
            AwsBasicCredentials.create(credentials.accessKeyId(), credentials.secretAccessKey()));
  }
}

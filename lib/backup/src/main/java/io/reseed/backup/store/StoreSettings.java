package io.reseed.backup.store;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where the repository lies and how it is talked to.
 *
 * @param endpoint the store's address, or null for AWS' own of the region; {@code file:/path} for a
 *     folder of this machine
 * @param region any non-empty word for stores that have none
 * @param bucket must exist
 * @param prefix put before every key, e.g. {@code reseed/production}; may be empty
 * @param credentials key id and secret, or null for the AWS default chain
 * @param pathStyle bucket in the path rather than in the host name
 * @param client timeouts and bounds
 */
public record StoreSettings(
    @Nullable URI endpoint,
    String region,
    String bucket,
    String prefix,
    @Nullable Credentials credentials,
    boolean pathStyle,
    Client client) {
  private static final String FOLDER_NAME = "[A-Za-z0-9_-][A-Za-z0-9._-]*";

  /** Checks what can be checked without asking the store. */
  public StoreSettings {
    if (region.isBlank() || bucket.isBlank()) {
      throw new IllegalArgumentException("store: region and bucket must be set");
    }
    if (prefix.startsWith("/")) {
      throw new IllegalArgumentException("store: prefix must not start with '/': " + prefix);
    }
    if (isFile(endpoint) && !bucket.matches(FOLDER_NAME)) {
      throw new IllegalArgumentException("store: not a folder's name: bucket " + bucket);
    }
    if (!prefix.isEmpty() && !prefix.endsWith("/")) {
      prefix = prefix + "/";
    }
  }

  /**
   * Opens the store: {@link FolderStore} where the endpoint is a {@code file:} address, the bucket
   * being a folder in it that must exist; else S3, see {@link S3Store#open}.
   */
  public ObjectStore open() {
    return isFolder()
        ? FolderStore.open(Path.of(Objects.requireNonNull(endpoint)).resolve(bucket), prefix)
        : S3Store.open(this);
  }

  /** These settings with another retry budget of the client. */
  public StoreSettings withRetryBudget(Duration budget) {
    return new StoreSettings(
        endpoint, region, bucket, prefix, credentials, pathStyle, client.withRetryBudget(budget));
  }

  /** Whether it is a folder of this machine. */
  boolean isFolder() {
    return isFile(endpoint);
  }

  private static boolean isFile(@Nullable URI address) {
    return address != null && "file".equals(address.getScheme());
  }

  /** A key pair; its secret does not appear in {@link #toString()}. */
  public record Credentials(String accessKeyId, String secretAccessKey) {
    /**
     * What a configuration says: both or none, for then the AWS default chain is meant.
     *
     * @return null for none
     * @throws IllegalArgumentException when one is missing
     */
    public static @Nullable Credentials of(Optional<String> accessKey, Optional<String> secretKey) {
      if (accessKey.isPresent() != secretKey.isPresent()) {
        throw new IllegalArgumentException("store: access-key and secret-key belong together");
      }
      return accessKey.isPresent() && secretKey.isPresent()
          ? new Credentials(accessKey.get(), secretKey.get())
          : null;
    }

    @Override
    public String toString() {
      return "Credentials[" + accessKeyId + ", ***]";
    }
  }

  /**
   * Timeouts and bounds of the client.
   *
   * @param connectionsMax connections open at one time; callers above it wait
   * @param connectTimeout for one connection
   * @param readTimeout between two packets
   * @param callTimeout for one request with its whole body
   * @param retryBudget how long a call is tried again after it found the store unreachable
   * @param checksumsAlways send and check the SDK's checksums on every request; off by default
   *     because many stores reject them
   */
  public record Client(
      int connectionsMax,
      Duration connectTimeout,
      Duration readTimeout,
      Duration callTimeout,
      Duration retryBudget,
      boolean checksumsAlways) {

    /** 32 connections; 5 s, 20 s and 120 s; 60 s of retries. */
    public static Client defaults() {
      return new Client(
          32,
          Duration.ofSeconds(5),
          Duration.ofSeconds(20),
          Duration.ofSeconds(120),
          Duration.ofSeconds(60),
          false);
    }

    /** This client with another retry budget. */
    public Client withRetryBudget(Duration budget) {
      return new Client(
          connectionsMax, connectTimeout, readTimeout, callTimeout, budget, checksumsAlways);
    }
  }
}

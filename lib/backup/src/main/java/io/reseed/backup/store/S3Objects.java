package io.reseed.backup.store;

import io.reseed.fleet.FailureCode;
import io.reseed.fleet.FailureException;
import io.reseed.fleet.ForeignText;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.HttpStatusCode;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

/** Each call is one request (a page for a listing), tried once. */
final class S3Objects implements ObjectStore {
  private static final String CONTENT_TYPE = "application/octet-stream";
  private static final int PRECONDITION_FAILED = 412;
  private static final Pattern RANGE_TO_END =
      Pattern.compile("bytes (?<first>\\d{1,18})-(?<last>\\d{1,18})/(?<size>\\d{1,18})");

  private final S3Client client;
  private final String bucket;
  private final String prefix;
  private final int pageKeys;

  S3Objects(S3Client client, String bucket, String prefix, int pageKeys) {
    this.client = client;
    this.bucket = bucket;
    this.prefix = prefix;
    this.pageKeys = pageKeys;
  }

  @Override
  public PutOutcome putIfAbsent(String key, ByteBuffer content) {
    PutObjectRequest request = putRequest(key, content).ifNoneMatch("*").build();
    return asked(
        key,
        () -> {
          try {
            client.putObject(request, body(content));
            return PutOutcome.CREATED;
          } catch (S3Exception e) {
            if (e.statusCode() == PRECONDITION_FAILED) {
              return PutOutcome.ALREADY_EXISTS;
            }
            throw e;
          }
        });
  }

  @Override
  public String put(String key, ByteBuffer content) {
    PutObjectRequest request = putRequest(key, content).build();
    return asked(key, () -> etag(client.putObject(request, body(content)).eTag()));
  }

  @Override
  public void getRange(String key, long offset, ByteBuffer target) {
    int length = target.remaining();
    if (length == 0) {
      throw new IllegalArgumentException("an empty range of " + key + " was asked for");
    }
    GetObjectRequest request =
        GetObjectRequest.builder()
            .bucket(bucket)
            .key(prefix + key)
            .range("bytes=" + offset + "-" + (offset + length - 1))
            .build();
    asked(
        key,
        () ->
            client.getObject(
                request,
                (response, body) -> {
                  checkRange(key, offset, length, response);
                  fill(body, target);
                  return response;
                }));
  }

  @Override
  public Optional<ObjectInfo> head(String key) {
    return asked(
        key,
        () -> {
          try {
            HeadObjectResponse head =
                client.headObject(request -> request.bucket(bucket).key(prefix + key));
            if (head.contentLength() == null || head.lastModified() == null) {
              throw new FailureException(
                  FailureCode.STORE_UNREACHABLE,
                  "the head of the store's answer about " + key + " was cut off",
                  "Check the network between this host and the store.");
            }
            return Optional.of(
                new ObjectInfo(key, head.contentLength(), etag(head.eTag()), head.lastModified()));
          } catch (S3Exception e) {
            if (e.statusCode() == HttpStatusCode.NOT_FOUND) {
              requireAbsent(key);
              return Optional.empty();
            }
            throw e;
          }
        });
  }

  /**
   * Asks again in a way that has an answer with a body. That of a head has none, so nothing tells
   * the store's 404 from that of a proxy which has lost its way to the store.
   */
  private void requireAbsent(String key) {
    ListObjectsV2Response listed =
        client.listObjectsV2(request -> request.bucket(bucket).prefix(prefix + key).maxKeys(1));
    // a key comes before all that it begins
    if (listed.contents().stream().anyMatch(object -> object.key().equals(prefix + key))) {
      throw new FailureException(
          FailureCode.STORE_UNREACHABLE,
          "the store said that " + key + " is not there, and lists it",
          "Check what is between this host and the store.");
    }
  }

  @Override
  public void list(String keyPrefix, Consumer<ObjectInfo> consumer) {
    ListObjectsV2Request request =
        ListObjectsV2Request.builder()
            .bucket(bucket)
            .prefix(prefix + keyPrefix)
            .maxKeys(pageKeys)
            .build();
    var pages = client.listObjectsV2Paginator(request).iterator();
    while (asked(keyPrefix, pages::hasNext)) {
      asked(keyPrefix, pages::next)
          .contents()
          .forEach(object -> consumer.accept(listed(keyPrefix, object)));
    }
  }

  private ObjectInfo listed(String keyPrefix, S3Object object) {
    if (object.key() == null
        || !object.key().startsWith(prefix + keyPrefix)
        || object.size() == null
        || object.lastModified() == null) {
      throw new FailureException(
          FailureCode.STORE_UNREACHABLE,
          "a listing of %s has what was not asked for, or says half of it: '%s'"
              .formatted(prefix + keyPrefix, ForeignText.shown(String.valueOf(object.key()))),
          "Look at what is between this host and the store.");
    }
    return new ObjectInfo(
        object.key().substring(prefix.length()),
        object.size(),
        etag(object.eTag()),
        object.lastModified());
  }

  @Override
  public void delete(String key) {
    asked(key, () -> client.deleteObject(request -> request.bucket(bucket).key(prefix + key)));
  }

  /**
   * Whether the store refuses a put that arrives otherwise than its checksum says. Leaves no object
   * of that key.
   */
  boolean refusesWhatIsDamaged(String key) {
    ByteBuffer content = ByteBuffer.wrap(new byte[] {1});
    PutObjectRequest request = putRequest(key, ByteBuffer.wrap(new byte[] {2})).build();
    return asked(
        key,
        () -> {
          try {
            client.putObject(request, body(content));
          } catch (S3Exception e) {
            if (e.statusCode() == HttpStatusCode.BAD_REQUEST) {
              return true;
            }
            throw e;
          }
          delete(key);
          return false;
        });
  }

  @Override
  public void close() {
    client.close();
  }

  private <T> T asked(String key, Supplier<T> call) {
    try {
      return call.get();
    } catch (SdkException e) {
      throw S3Failures.translated(e, bucket + "/" + prefix + key);
    }
  }

  private PutObjectRequest.Builder putRequest(String key, ByteBuffer content) {
    return PutObjectRequest.builder()
        .bucket(bucket)
        .key(prefix + key)
        .contentType(CONTENT_TYPE)
        .contentMD5(Base64.getEncoder().encodeToString(md5(content)));
  }

  private static RequestBody body(ByteBuffer content) {
    byte[] array = content.array();
    int from = content.arrayOffset() + content.position();
    int length = content.remaining();
    return RequestBody.fromContentProvider(
        () -> new ByteArrayInputStream(array, from, length), length, CONTENT_TYPE);
  }

  private static void checkRange(String key, long offset, int length, GetObjectResponse response) {
    if (response.sdkHttpResponse().statusCode() != HttpStatusCode.PARTIAL_CONTENT) {
      throw new FailureException(
          FailureCode.STORE_UNFIT,
          "the store answered a ranged get of " + key + " with the whole object",
          "Use a store that reads ranges.");
    }
    String range = String.valueOf(response.contentRange());
    long asked = offset + length;
    if (range.startsWith("bytes " + offset + "-" + (asked - 1) + "/")) {
      return;
    }
    // an answer whose head was cut off looks like this, too: only a whole one says that
    Matcher whole = RANGE_TO_END.matcher(range);
    boolean ends =
        whole.matches()
            && Long.parseLong(whole.group("first")) == offset
            && Long.parseLong(whole.group("last")) + 1 == Long.parseLong(whole.group("size"))
            && Long.parseLong(whole.group("size")) < asked;
    throw ends
        ? new FailureException(
            FailureCode.OBJECT_TOO_SHORT,
            "object " + key + " ends before byte " + asked,
            "The object was truncated or replaced: take another backup.")
        : new FailureException(
            FailureCode.STORE_UNREACHABLE,
            "the store answered a ranged get of %s with range '%s'"
                .formatted(key, ForeignText.shown(range)),
            "Check the network between this host and the store, and that it reads ranges.");
  }

  private static void fill(InputStream body, ByteBuffer target) throws IOException {
    while (target.hasRemaining()) {
      int count =
          body.read(target.array(), target.arrayOffset() + target.position(), target.remaining());
      if (count < 0) {
        throw new EOFException("the store's answer ended " + target.remaining() + " bytes early");
      }
      target.position(target.position() + count);
    }
  }

  private static String etag(@Nullable String quoted) {
    // a store may list an object in the very moment of its put, without a tag yet
    return quoted == null ? "" : quoted.replace("\"", "");
  }

  private static byte[] md5(ByteBuffer content) {
    try {
      MessageDigest digest = MessageDigest.getInstance("MD5");
      digest.update(content.duplicate());
      return digest.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has MD5", e);
    }
  }
}

package io.reseed.backup.store;

import io.reseed.fleet.FailureCode;
import io.reseed.fleet.FailureException;
import io.reseed.fleet.ForeignText;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.Abortable;
import software.amazon.awssdk.http.HttpStatusCode;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.s3.model.DeleteObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;

/**
 * Looks whether what came with a status of success is an answer of S3's. The client takes any
 * document for a listing, and one without objects for an empty repository; but a proxy's page, an
 * empty body or half a listing says nothing about what is stored. Such an answer is an outage, and
 * an error that came with success is what it says.
 */
final class S3Answers implements ExecutionInterceptor {
  /** A page of a thousand keys of a kilobyte each, with all that is said of each, is far below. */
  private static final int LISTING_BYTES_MAX = 16 << 20;

  private static final int OTHER_BYTES_MAX = 64 << 10;
  private static final int SHOWN_CHARACTERS = 200;
  private static final Set<String> ERROR_ELEMENTS = Set.of("Code", "Message");
  private static final Set<String> LISTING_ELEMENTS =
      Set.of("Name", "IsTruncated", "NextContinuationToken", "Code", "Message");

  @Override
  public Optional<InputStream> modifyHttpResponseContent(
      Context.ModifyHttpResponse context, ExecutionAttributes attributes) {
    SdkHttpResponse http = context.httpResponse();
    Optional<InputStream> content = context.responseBody();
    if (!http.isSuccessful()) {
      return content;
    }
    return switch (context.request()) {
      case ListObjectsV2Request list -> Optional.of(listing(list, read(list, content)));
      case GetObjectRequest get -> {
        if (http.statusCode() != HttpStatusCode.PARTIAL_CONTENT) {
          requireTagged(get, http, content);
        }
        yield content;
      }
      case PutObjectRequest put -> {
        requireTagged(put, http, content);
        yield content;
      }
      case DeleteObjectRequest delete -> {
        byte[] body = read(delete, content);
        if (body.length > 0) { // S3 has nothing to say there
          refuseError(delete, XmlAnswer.read(body, ERROR_ELEMENTS));
          throw notOfS3(delete, body);
        }
        yield Optional.empty();
      }
      case SdkRequest _ -> content;
    };
  }

  private static InputStream listing(ListObjectsV2Request request, byte[] body) {
    Optional<XmlAnswer> answer = XmlAnswer.read(body, LISTING_ELEMENTS);
    refuseError(request, answer);
    boolean listed =
        answer
            .filter(xml -> xml.root().equals("ListBucketResult"))
            .filter(xml -> isOf(request.bucket(), xml))
            .filter(S3Answers::saysWhetherThereIsMore)
            .isPresent();
    if (!listed) {
      throw notOfS3(request, body);
    }
    return new ByteArrayInputStream(body);
  }

  /** An access point goes by names other than its bucket's. */
  private static boolean isOf(String bucket, XmlAnswer listing) {
    return bucket.startsWith("arn:")
        || bucket.endsWith("-s3alias")
        || listing.text("Name").map(bucket::equals).orElse(true);
  }

  private static boolean saysWhetherThereIsMore(XmlAnswer listing) {
    return switch (listing.text("IsTruncated").orElse("")) {
      case "false" -> true;
      case "true" -> listing.text("NextContinuationToken").isPresent();
      default -> false;
    };
  }

  /** S3 names the tag of each object that it gives or takes. */
  private static void requireTagged(
      SdkRequest request, SdkHttpResponse http, Optional<InputStream> content) {
    if (http.firstMatchingHeader("ETag").isEmpty()) {
      byte[] body = read(request, content);
      refuseError(request, XmlAnswer.read(body, ERROR_ELEMENTS));
      throw notOfS3(request, body);
    }
  }

  private static void refuseError(SdkRequest request, Optional<XmlAnswer> answer) {
    answer
        .filter(xml -> xml.root().equals("Error"))
        .ifPresent(
            error -> {
              throw S3Failures.saidWithSuccess(
                  error.text("Code").orElse(""),
                  error.text("Message").orElse("no message"),
                  where(request));
            });
  }

  private static FailureException notOfS3(SdkRequest request, byte[] body) {
    String beginning =
        new String(
            Arrays.copyOf(body, Math.min(body.length, SHOWN_CHARACTERS)), StandardCharsets.UTF_8);
    return new FailureException(
        FailureCode.STORE_UNREACHABLE,
        "what answered a request for %s does not speak S3: %d bytes, '%s'"
            .formatted(where(request), body.length, ForeignText.shown(beginning, SHOWN_CHARACTERS)),
        "Look at what is between this host and the store: a proxy, a load balancer, a login page.");
  }

  /** The whole body, or, of one that no answer of S3's is as long as, its beginning. */
  private static byte[] read(SdkRequest request, Optional<InputStream> content) {
    if (content.isEmpty()) {
      return new byte[0];
    }
    int bytesMax = request instanceof ListObjectsV2Request ? LISTING_BYTES_MAX : OTHER_BYTES_MAX;
    try (InputStream in = content.get()) {
      byte[] body = in.readNBytes(bytesMax + 1);
      if (body.length > bytesMax) {
        if (in instanceof Abortable abortable) {
          abortable.abort(); // closing would read the rest
        }
        throw notOfS3(request, body);
      }
      return body;
    } catch (IOException e) {
      throw new FailureException(
          FailureCode.STORE_UNREACHABLE,
          "the store's answer to a request for " + where(request) + " was cut off",
          "Check the network between this host and the store.",
          e);
    }
  }

  private static String where(SdkRequest request) {
    String key =
        request
            .getValueForField("Key", String.class)
            .or(() -> request.getValueForField("Prefix", String.class))
            .orElse("");
    return request.getValueForField("Bucket", String.class).orElse("") + "/" + key;
  }
}

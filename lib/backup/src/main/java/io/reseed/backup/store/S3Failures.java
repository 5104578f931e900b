package io.reseed.backup.store;

import io.reseed.fleet.FailureCode;
import io.reseed.fleet.FailureException;
import io.reseed.fleet.ForeignText;
import java.io.IOException;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.HttpStatusCode;
import software.amazon.awssdk.http.HttpStatusFamily;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** What the SDK's exceptions mean by the store's failure law. */
final class S3Failures {
  /** Error codes that come with a 4xx status and still pass by themselves. */
  private static final Set<String> PASSING =
      Set.of(
          "RequestTimeout",
          "BadDigest",
          "IncompleteBody",
          "ConditionalRequestConflict",
          "OperationAborted",
          "SlowDown",
          "TooManyRequests");

  /**
   * Errors that no waiting mends. Any other that comes with a status of success was met when the
   * store was at work already, and is trouble of its own.
   */
  private static final Set<String> REFUSING =
      Set.of(
          "AccessDenied",
          "AccountProblem",
          "AllAccessDisabled",
          "AuthorizationHeaderMalformed",
          "ExpiredToken",
          "IllegalLocationConstraintException",
          "InvalidAccessKeyId",
          "InvalidArgument",
          "InvalidBucketName",
          "InvalidObjectState",
          "InvalidRequest",
          "InvalidSecurity",
          "InvalidToken",
          "MethodNotAllowed",
          "NoSuchBucket",
          "NotSignedUp",
          "PermanentRedirect",
          "RequestTimeTooSkewed",
          "SignatureDoesNotMatch",
          "UnauthorizedAccess");

  /** How stores of several makers begin to say that there is no room: in the bucket, or at all. */
  private static final Pattern NO_ROOM =
      Pattern.compile("(?i).*(quota|storagefull|insufficientstorage|insufficientcapacity).*");

  private static final String NO_SUCH_BUCKET = "NoSuchBucket";
  private static final String NOT_IMPLEMENTED_CODE = "NotImplemented";

  /**
   * Only this says that an object is missing. A proxy that has lost its way to the store answers
   * 404, too, and an outage must not condemn a backup.
   */
  private static final String NO_SUCH_KEY = "NoSuchKey";

  private static final int CONFLICT = 409;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int RANGE_NOT_SATISFIABLE = 416;
  private static final int NOT_IMPLEMENTED = 501;
  private static final int INSUFFICIENT_STORAGE = 507;
  private static final int CAUSES_MAX = 20;

  private S3Failures() {}

  static FailureException translated(SdkException e, String where) {
    if (e instanceof S3Exception answer) {
      return answered(answer, where);
    }
    FailureException ours = causeOf(e, FailureException.class);
    if (ours != null) {
      return ours;
    }
    if (e instanceof ApiCallTimeoutException || e instanceof ApiCallAttemptTimeoutException) {
      return unreachable(e, where);
    }
    if (e instanceof AbortedException
        || causeOf(e, InterruptedException.class) != null
        || Thread.currentThread().isInterrupted()) {
      Thread.currentThread().interrupt();
      return new FailureException(
          FailureCode.CANCELLED, "interrupted during a request to " + where, "Run it again.", e);
    }
    if (causeOf(e, IOException.class) != null) {
      return unreachable(e, where);
    }
    return refused(e, where);
  }

  private static FailureException answered(S3Exception e, String where) {
    int status = e.statusCode();
    String code = e.awsErrorDetails() == null ? "" : e.awsErrorDetails().errorCode();
    if (HttpStatusFamily.of(status) == HttpStatusFamily.SUCCESSFUL) {
      return saidWithSuccess(code == null ? "" : code, shown(e.getMessage()), where);
    }
    if (status == NOT_IMPLEMENTED) {
      return unfit(shown(e.getMessage()), where, e);
    }
    if (status >= HttpStatusCode.INTERNAL_SERVER_ERROR
        || status == CONFLICT
        || status == TOO_MANY_REQUESTS
        || (code != null && PASSING.contains(code))) {
      return isNoRoom(code, status)
          ? noRoom(FailureCode.STORE_UNREACHABLE, e, where)
          : unreachable(e, where);
    }
    if (status == HttpStatusCode.NOT_FOUND && !NO_SUCH_BUCKET.equals(code)) {
      return NO_SUCH_KEY.equals(code) ? missing(e, where) : unreachable(e, where);
    }
    if (status == RANGE_NOT_SATISFIABLE) {
      return new FailureException(
          FailureCode.OBJECT_TOO_SHORT,
          "object " + where + " ends before the range asked for",
          "The object was truncated or replaced: take another backup.",
          e);
    }
    return isNoRoom(code, status) ? noRoom(FailureCode.STORE_REFUSED, e, where) : refused(e, where);
  }

  private static boolean isNoRoom(@Nullable String code, int status) {
    return status == INSUFFICIENT_STORAGE || (code != null && NO_ROOM.matcher(code).matches());
  }

  private static FailureException noRoom(FailureCode code, SdkException e, String where) {
    return new FailureException(
        code,
        "the store has no room for " + where + ": " + shown(e.getMessage()),
        "Raise the quota of the bucket or the account, or free room in the store; Reseed deletes"
            + " no backup.",
        e);
  }

  /** What an error means that the store sent with a status of success. */
  static FailureException saidWithSuccess(String code, String message, String where) {
    String said = ForeignText.shown(code + ": " + message);
    if (NOT_IMPLEMENTED_CODE.equals(code)) {
      return unfit(said, where, null);
    }
    return REFUSING.contains(code) ? refused(said, where, null) : unreachable(said, where, null);
  }

  private static FailureException unfit(String said, String where, @Nullable SdkException e) {
    return new FailureException(
        FailureCode.STORE_UNFIT,
        "the store cannot do what was asked for " + where + ": " + said,
        "Use a store with conditional puts, ranged gets and listings.",
        e);
  }

  private static FailureException missing(SdkException e, String where) {
    return new FailureException(
        FailureCode.OBJECT_MISSING,
        "object " + where + " is not there",
        "It was deleted or never written: take another backup.",
        e);
  }

  private static FailureException unreachable(SdkException e, String where) {
    return unreachable(shown(e.getMessage()), where, e);
  }

  private static FailureException unreachable(String said, String where, @Nullable SdkException e) {
    return new FailureException(
        FailureCode.STORE_UNREACHABLE,
        "the store did not serve a request for " + where + ": " + said,
        "Check that the store runs and can be reached from this host; then run the job again.",
        e);
  }

  private static FailureException refused(SdkException e, String where) {
    return refused(shown(e.getMessage()), where, e);
  }

  private static FailureException refused(String said, String where, @Nullable SdkException e) {
    return new FailureException(
        FailureCode.STORE_REFUSED,
        "the store refused a request for " + where + ": " + said,
        "Check the endpoint, region, bucket, credentials and this host's clock.",
        e);
  }

  private static String shown(@Nullable String said) {
    return ForeignText.shown(String.valueOf(said));
  }

  private static <T extends Throwable> @Nullable T causeOf(Throwable e, Class<T> type) {
    Throwable cause = e;
    for (int depth = 0; cause != null && depth < CAUSES_MAX; depth++) {
      if (type.isInstance(cause)) {
        return type.cast(cause);
      }
      cause = cause.getCause();
    }
    return null;
  }
}

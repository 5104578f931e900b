package io.reseed.validator.failure;

import static java.util.Objects.requireNonNull;

import io.reseed.durable.FullDisk;
import io.reseed.fleet.Failure;
import io.reseed.fleet.FailureCode;
import io.reseed.fleet.FailureException;
import io.reseed.fleet.ShortenedText;
import io.reseed.mysql.FullDiskErrors;
import io.reseed.mysql.MysqlException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/** What ends a proof's step, as a failure that travels. */
public final class Failures {
  private static final int TEXT_CHARACTERS_MAX = 3_000;

  private Failures() {}

  /**
   * What an exception means to who has to decide about it.
   *
   * @param work what failed, in words
   * @param directory the host's, for errors on files in it
   */
  public static Failure of(Throwable thrown, String work, Path directory) {
    return switch (thrown) {
      case MysqlException mysql when FullDiskErrors.in(String.valueOf(mysql.getMessage())) ->
          diskFull(String.valueOf(mysql.getMessage())).failure();
      case FailureException told -> told.failure();
      case UncheckedIOException unchecked ->
          ofFile(requireNonNull(unchecked.getCause()), unchecked, directory);
      default ->
          Failure.of(
              FailureCode.INTERNAL,
              work + " failed unexpectedly: " + thrown,
              "Report it with the validator-service's log.");
    };
  }

  private static Failure ofFile(IOException thrown, Exception told, Path directory) {
    String message = told.getMessage() + ": " + thrown;
    return FullDisk.explains(thrown, directory)
        ? Failure.of(
            FailureCode.TARGET_FULL,
            message,
            "Free some disk on this host, or add backup hosts; nothing is wrong with the backup.")
        : Failure.of(
            FailureCode.FILE_FAILED,
            message,
            "Check permissions and health of the host's disk; another host may serve.");
  }

  /** A server's disk filled up. */
  public static FailureException diskFull(String message) {
    return new FailureException(
        FailureCode.DISK_FULL,
        message,
        "Free some disk on this host, or add backup hosts; nothing is wrong with the backup.");
  }

  /** No account of a kind is configured for the cluster. */
  public static FailureException accountMissing(String cluster, String account) {
    return new FailureException(
        FailureCode.ACCOUNTS_MISSING,
        "The validator-service has no %s account for cluster %s.".formatted(account, cluster),
        "Set reseed.mysql.accounts.\"%s\".%s in its configuration.".formatted(cluster, account));
  }

  /** Of what is noted rather than thrown. */
  public static String cut(String text) {
    return ShortenedText.of(text, TEXT_CHARACTERS_MAX);
  }
}

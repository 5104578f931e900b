package io.reseed.backup.store;

import io.reseed.backup.BackupException;
import io.reseed.backup.FailureCode;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.ReadOnlyFileSystemException;

/** What a file system's exceptions mean by the store's failure law. */
final class FolderFailures {
  private FolderFailures() {}

  static BackupException translated(IOException e, String where) {
    if (e instanceof ClosedByInterruptException || Thread.currentThread().isInterrupted()) {
      Thread.currentThread().interrupt();
      return new BackupException(
          FailureCode.CANCELLED, "interrupted at " + where, "Run it again.", e);
    }
    if (isLasting(e)) {
      return new BackupException(
          FailureCode.STORE_REFUSED,
          "the store's folder does not allow access to " + where + ": " + e,
          "Check the folder's owner, its permissions, the free room and how it is mounted.",
          e);
    }
    return new BackupException(
        FailureCode.STORE_UNREACHABLE,
        "the store's folder could not be used for " + where + ": " + e,
        "Check that the folder's disk is well and mounted; then run the job again.",
        e);
  }

  private static boolean isLasting(IOException e) {
    String reason = e instanceof FileSystemException failure ? failure.getReason() : e.getMessage();
    boolean toldSo =
        reason != null
            && (reason.contains("No space left")
                || reason.contains("Disk quota exceeded")
                || reason.contains("Read-only file system")
                || reason.contains("Not a directory")
                || reason.contains("Is a directory")
                || reason.contains("Too many levels of symbolic links")
                || reason.contains("File name too long")
                || reason.contains("Operation not permitted"));
    return toldSo
        || e instanceof AccessDeniedException
        || e instanceof FileAlreadyExistsException
        || e instanceof FileSystemLoopException
        || e.getCause() instanceof ReadOnlyFileSystemException;
  }

  static BackupException missing(String where, IOException cause) {
    return new BackupException(
        FailureCode.OBJECT_MISSING,
        "object " + where + " is not there",
        "It was deleted or never written: take another backup.",
        cause);
  }

  static BackupException interrupted(String where) {
    return translated(new ClosedByInterruptException(), where);
  }
}

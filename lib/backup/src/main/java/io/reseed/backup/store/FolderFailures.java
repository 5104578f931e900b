package io.reseed.backup.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.reseed.durable.FullDisk;
import io.reseed.fleet.FailureCode;
import io.reseed.fleet.FailureException;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.ReadOnlyFileSystemException;
import java.util.stream.StreamSupport;

/**
 * What a file system's exceptions mean by the store's failure law. Most reasons stand in them only
 * as words, in any language: so the file system itself is asked.
 */
final class FolderFailures {
  private static final int NAME_BYTES_MAX = 255;

  private FolderFailures() {}

  /** An error on a folder. */
  static FailureException listing(IOException e, Path folder) {
    return translated(e, folder, refusedByName(e));
  }

  /** An error in reading a file. */
  static FailureException reading(IOException e, Path file) {
    return translated(e, file, refusedByName(e) || isMisplaced(file));
  }

  /** An error in writing or deleting a file, in a store whose folder is there. */
  static FailureException writing(IOException e, Path file) {
    boolean refused =
        refusedByName(e)
            || isMisplaced(file)
            || FullDisk.explains(e, file)
            || !Files.isWritable(nearest(file)); // read-only, or a folder that nobody may change
    return translated(e, file, refused);
  }

  private static FailureException translated(IOException e, Path place, boolean refused) {
    if (e instanceof ClosedByInterruptException || Thread.currentThread().isInterrupted()) {
      return interrupted(place.toString(), e);
    }
    if (refused) {
      return new FailureException(
          FailureCode.STORE_REFUSED,
          "the store's folder does not allow access to " + place + ": " + e,
          "Check the folder's owner, its permissions, the free room and how it is mounted.",
          e);
    }
    return new FailureException(
        FailureCode.STORE_UNREACHABLE,
        "the store's folder could not be used for " + place + ": " + e,
        "Check that the folder's disk is well and mounted; then run the job again.",
        e);
  }

  private static boolean refusedByName(IOException e) {
    return e instanceof AccessDeniedException
        || e instanceof FileAlreadyExistsException
        || e instanceof FileSystemLoopException
        || e.getCause() instanceof ReadOnlyFileSystemException;
  }

  /** A folder in a file's place, a file in a folder's, or a name that no file can have. */
  private static boolean isMisplaced(Path place) {
    Path nearest = nearest(place);
    boolean nameTooLong =
        StreamSupport.stream(place.spliterator(), false)
            .anyMatch(name -> name.toString().getBytes(UTF_8).length > NAME_BYTES_MAX);
    return nameTooLong
        || Files.isSymbolicLink(nearest)
        || (nearest.equals(place) ? Files.isDirectory(place) : !Files.isDirectory(nearest));
  }

  /** It, or the folder above it that is there. */
  private static Path nearest(Path place) {
    Path nearest = place;
    while (!Files.exists(nearest, LinkOption.NOFOLLOW_LINKS) && nearest.getParent() != null) {
      nearest = nearest.getParent();
    }
    return nearest;
  }

  static FailureException missing(String where, IOException cause) {
    return new FailureException(
        FailureCode.OBJECT_MISSING,
        "object " + where + " is not there",
        "It was deleted or never written: take another backup.",
        cause);
  }

  static FailureException interrupted(String where) {
    return interrupted(where, new ClosedByInterruptException());
  }

  private static FailureException interrupted(String where, IOException e) {
    Thread.currentThread().interrupt();
    return new FailureException(
        FailureCode.CANCELLED, "interrupted at " + where, "Run it again.", e);
  }
}

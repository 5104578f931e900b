package io.reseed.backup.snapshot;

import io.reseed.backup.format.RootedPath;
import io.reseed.backup.work.FilePieces;
import io.reseed.backup.work.PastPageCache;
import io.reseed.fleet.FailureCode;
import io.reseed.fleet.FailureException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.Optional;

/**
 * A file to back up, as it was when the snapshot began.
 *
 * @param path in the backup
 * @param file where it lies
 * @param state what tells whether it changed since
 * @param pastPageCache how it may be read
 */
record SourceFile(RootedPath path, Path file, State state, PastPageCache pastPageCache) {
  private static final OpenOption[] READING = {StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS};
  private static final int PERMISSION_BITS = 0777;
  private static final int TYPE_BITS = 0170000;
  private static final int TYPE_REGULAR = 0100000;

  /** What a change would move. */
  record State(
      int mode, long sizeBytes, FileTime modifiedAt, FileTime statusChangedAt, long inode) {}

  static SourceFile of(RootedPath path, Path root, PastPageCache pastPageCache) {
    Path file = path.below(root);
    return new SourceFile(path, file, stateOf(path, file), pastPageCache);
  }

  static int modeOf(Path place) throws IOException {
    return (int) Files.getAttribute(place, "unix:mode", LinkOption.NOFOLLOW_LINKS)
        & PERMISSION_BITS;
  }

  long sizeBytes() {
    return state.sizeBytes();
  }

  int mode() {
    return state.mode() & PERMISSION_BITS;
  }

  /** Fills the buffer with what lies in the file from {@code offset} on. */
  void read(long offset, ByteBuffer target) throws InterruptedException {
    try {
      if (!fill(offset, target)) {
        throw changed("it became shorter");
      }
    } catch (ClosedByInterruptException e) {
      throw (InterruptedException) new InterruptedException("reading a file").initCause(e);
    } catch (IOException e) {
      checkUnchanged();
      throw SnapshotSource.unreadable("cannot read " + path + ": " + e, e);
    }
  }

  /**
   * Past the page cache where it pays, see docs/adr/past-the-page-cache.md; false when the file
   * ends before that.
   */
  private boolean fill(long offset, ByteBuffer target) throws IOException {
    int bytes = target.remaining();
    if (bytes >= PastPageCache.BYTES_MIN && PastPageCache.fits(offset, bytes)) {
      Optional<FileChannel> opened = pastPageCache.open(file, READING);
      if (opened.isPresent()) {
        try (FileChannel channel = opened.get()) {
          return PastPageCache.read(channel, offset, target);
        }
      }
    }
    try (FileChannel channel = FileChannel.open(file, READING)) {
      return FilePieces.read(channel, offset, target);
    }
  }

  void checkUnchanged() {
    State now = stateOf(path, file);
    if (!now.equals(state)) {
      throw changed("it was " + state + " and is now " + now);
    }
  }

  FailureException changed(String how) {
    return new FailureException(
        FailureCode.SOURCE_CHANGED,
        path + " changed while it was backed up: " + how,
        "Make sure that the server is stopped and nothing else writes into its folders.");
  }

  /** What it is like now. */
  static State stateOf(RootedPath path, Path file) {
    Map<String, Object> attributes;
    try {
      attributes =
          Files.readAttributes(
              file, "unix:mode,size,lastModifiedTime,ctime,ino", LinkOption.NOFOLLOW_LINKS);
    } catch (IOException e) {
      throw SnapshotSource.unreadable("cannot read " + path + ": " + e, e);
    }
    int mode = (Integer) required(attributes, "mode");
    if ((mode & TYPE_BITS) != TYPE_REGULAR) {
      throw SnapshotSource.unreadable(path + " is no regular file", null);
    }
    return new State(
        mode,
        (Long) required(attributes, "size"),
        (FileTime) required(attributes, "lastModifiedTime"),
        (FileTime) required(attributes, "ctime"),
        (Long) required(attributes, "ino"));
  }

  private static Object required(Map<String, Object> attributes, String name) {
    Object value = attributes.get(name);
    if (value == null) {
      throw new IllegalStateException("this platform's file attributes have no " + name);
    }
    return value;
  }
}

package io.reseed.backup.store;

import io.reseed.durable.DurableFile;
import io.reseed.fleet.FailureCode;
import io.reseed.fleet.FailureException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A store in a folder of this machine, or of a mounted file system that has hard links, locks, and
 * renames that replace: each object is a file, named as its key.
 *
 * <p>An object is written and made durable under another name before it gets its own: by a hard
 * link, which never replaces, or by a rename, which does. Its name is durable when a put returns.
 * Folders that have become empty stay.
 *
 * <p>Unlike S3, no object can lie under {@code a} while one lies under {@code a/b}; the format has
 * no such keys. Keys that are no paths below the folder end in {@link IllegalArgumentException}.
 */
public final class FolderStore implements ObjectStore {
  private static final int FOLDERS_MADE_MAX = 10;
  private static final AtomicLong LAST_NANOS = new AtomicLong();

  private final FolderTree tree;
  private final String prefix;
  private @Nullable UnfinishedFiles unfinished;
  private boolean closed;

  private FolderStore(FolderTree tree, String prefix) {
    this.tree = tree;
    this.prefix = prefix;
  }

  /**
   * Opens the store. Nothing is written before the first put, so that reading takes neither rights
   * to write nor room; that put also removes what killed processes left unfinished.
   *
   * @param folder must exist: one that is made here might lie where a disk should be mounted
   * @param prefix put before every key; empty or ending with {@code /}
   * @throws FailureException {@code STORE_REFUSED} when the folder is not there or cannot be used
   */
  public static FolderStore open(Path folder, String prefix) {
    if (!prefix.isEmpty() && !prefix.endsWith("/")) {
      throw new IllegalArgumentException("a prefix must end with '/': " + prefix);
    }
    try {
      Path root = folder.toRealPath();
      if (!Files.isDirectory(root)) {
        throw notThere(folder, null);
      }
      FolderTree tree = new FolderTree(root);
      tree.file(prefix + "any");
      return new FolderStore(tree, prefix);
    } catch (NoSuchFileException e) {
      throw notThere(folder, e);
    } catch (IOException e) {
      throw FolderFailures.listing(e, folder);
    }
  }

  private static FailureException notThere(Path folder, @Nullable IOException cause) {
    return new FailureException(
        FailureCode.STORE_REFUSED,
        "the store's folder " + folder + " is not there",
        "Make the folder, or mount its disk.",
        cause);
  }

  /** Gives a durable, unfinished file its name. */
  private interface Naming {
    PutOutcome name(Path unfinished, Path file) throws IOException;
  }

  @Override
  public PutOutcome putIfAbsent(String key, ByteBuffer content) {
    return put(key, content, FolderStore::link).outcome();
  }

  @Override
  public String put(String key, ByteBuffer content) {
    return put(key, content, FolderStore::replace).etag();
  }

  private record Done(PutOutcome outcome, String etag) {}

  private Done put(String key, ByteBuffer content, Naming naming) {
    Path file = file(key);
    try {
      Path fresh = newFile();
      try {
        write(fresh, content);
        String etag = etag(attributes(fresh));
        return new Done(named(fresh, file, naming), etag);
      } finally {
        Files.deleteIfExists(fresh);
      }
    } catch (IOException e) {
      throw rootMissing(e).orElseGet(() -> FolderFailures.writing(e, file));
    }
  }

  private synchronized Path newFile() throws IOException {
    if (closed) {
      throw new IOException("the store is closed");
    }
    if (unfinished == null) {
      unfinished = UnfinishedFiles.open(tree.root());
    }
    return unfinished.newFile();
  }

  /** A folder that somebody removes at the same time is made again. */
  private PutOutcome named(Path fresh, Path file, Naming naming) throws IOException {
    for (int made = 1; ; made++) {
      try {
        tree.ensureFolder(FolderTree.parent(file));
        tree.checkInside(file);
        PutOutcome outcome = naming.name(fresh, file);
        DurableFile.forceFolder(FolderTree.parent(file));
        return outcome;
      } catch (NoSuchFileException e) {
        tree.forget();
        if (made == FOLDERS_MADE_MAX || !Files.exists(tree.root())) {
          throw e;
        }
      }
    }
  }

  private static PutOutcome link(Path fresh, Path file) throws IOException {
    try {
      Files.createLink(file, fresh);
      return PutOutcome.CREATED;
    } catch (FileAlreadyExistsException e) {
      return PutOutcome.ALREADY_EXISTS;
    } catch (UnsupportedOperationException e) {
      throw new FailureException(
          FailureCode.STORE_UNFIT,
          "the file system of " + file + " has no hard links: " + e.getMessage(),
          "Keep the store on a file system that has them.",
          e);
    }
  }

  private static PutOutcome replace(Path fresh, Path file) throws IOException {
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    return PutOutcome.CREATED;
  }

  private static void write(Path fresh, ByteBuffer content) throws IOException {
    try (FileChannel channel =
        FileChannel.open(fresh, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      ByteBuffer rest = content.duplicate();
      while (rest.hasRemaining()) {
        channel.write(rest);
      }
      // the time is part of the tag: no two puts of this process have the same
      Files.setLastModifiedTime(fresh, FileTime.from(nanosNow(), TimeUnit.NANOSECONDS));
      channel.force(true);
    }
  }

  private static long nanosNow() {
    Instant now = Instant.now();
    long nanos = TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
    return LAST_NANOS.accumulateAndGet(nanos, (last, next) -> Math.max(last + 1, next));
  }

  @Override
  public void getRange(String key, long offset, ByteBuffer target) {
    if (!target.hasRemaining()) {
      throw new IllegalArgumentException("an empty range of " + key + " was asked for");
    }
    Path file = file(key);
    try {
      tree.checkInside(file);
      try (FileChannel channel =
          FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
        fill(channel, offset, target, key);
      }
    } catch (NoSuchFileException e) {
      throw rootMissing(e).orElseGet(() -> FolderFailures.missing(file.toString(), e));
    } catch (IOException e) {
      throw FolderFailures.reading(e, file);
    }
  }

  private static void fill(FileChannel channel, long offset, ByteBuffer target, String key)
      throws IOException {
    long position = offset;
    while (target.hasRemaining()) {
      int count = channel.read(target, position);
      if (count < 0) {
        throw new FailureException(
            FailureCode.OBJECT_TOO_SHORT,
            "object " + key + " ends before byte " + (position + target.remaining()),
            "The object was truncated or replaced: take another backup.");
      }
      position += count;
    }
  }

  @Override
  public Optional<ObjectInfo> head(String key) {
    Path file = file(key);
    try {
      tree.checkInside(file);
      BasicFileAttributes attributes = attributes(file);
      return attributes.isRegularFile() ? Optional.of(info(key, attributes)) : Optional.empty();
    } catch (NoSuchFileException e) {
      Optional<FailureException> gone = rootMissing(e);
      if (gone.isPresent()) {
        throw gone.get();
      }
      return Optional.empty();
    } catch (IOException e) {
      throw FolderFailures.reading(e, file);
    }
  }

  @Override
  public void list(String keyPrefix, Consumer<ObjectInfo> consumer) {
    checkInterrupt(keyPrefix);
    try {
      if (!Files.isDirectory(tree.root())) {
        throw notThere(tree.root(), null);
      }
      tree.walk(
          prefix + keyPrefix,
          found ->
              consumer.accept(info(found.key().substring(prefix.length()), found.attributes())));
    } catch (IOException e) {
      throw FolderFailures.listing(e, tree.root().resolve(prefix + keyPrefix));
    }
  }

  @Override
  public void delete(String key) {
    Path file = file(key);
    try {
      tree.checkInside(file);
      if (!Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS) && Files.deleteIfExists(file)) {
        DurableFile.forceFolder(FolderTree.parent(file));
      }
    } catch (NoSuchFileException e) {
      rootMissing(e)
          .ifPresent(
              gone -> {
                throw gone;
              });
    } catch (IOException e) {
      throw rootMissing(e).orElseGet(() -> FolderFailures.writing(e, file));
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    try {
      if (unfinished != null) {
        unfinished.close();
      }
    } catch (IOException e) {
      throw FolderFailures.listing(e, tree.root());
    }
  }

  private Path file(String key) {
    checkInterrupt(key);
    return tree.file(prefix + key);
  }

  private static void checkInterrupt(String key) {
    if (Thread.currentThread().isInterrupted()) {
      throw FolderFailures.interrupted(key);
    }
  }

  private Optional<FailureException> rootMissing(IOException e) {
    return Files.isDirectory(tree.root())
        ? Optional.empty()
        : Optional.of(notThere(tree.root(), e));
  }

  private static BasicFileAttributes attributes(Path file) throws IOException {
    return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
  }

  private static ObjectInfo info(String key, BasicFileAttributes attributes) {
    return new ObjectInfo(
        key, attributes.size(), etag(attributes), attributes.lastModifiedTime().toInstant());
  }

  private static String etag(BasicFileAttributes attributes) {
    return "%x-%x-%s"
        .formatted(
            attributes.size(),
            attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS),
            attributes.fileKey());
  }
}

package io.reseed.backup.store;

import io.reseed.durable.DurableFile;
import io.reseed.fleet.FailureCode;
import io.reseed.fleet.FailureException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Where keys lie below one folder: each key's segments are folders and a file. No key leads outside
 * of it, and no symbolic link below it is followed.
 */
final class FolderTree {
  private static final int SEGMENT_BYTES_MAX = 255;
  private static final Comparator<Named> BY_BYTES =
      Comparator.comparing(Named::sortedBy, Arrays::compareUnsigned);

  private final Path root;
  private final Set<Path> durable = ConcurrentHashMap.newKeySet();

  /** One entry of a folder, with what its keys begin with after the folder's own. */
  private record Named(Path path, String text, BasicFileAttributes attributes) {
    byte[] sortedBy() {
      return text.getBytes(StandardCharsets.UTF_8);
    }
  }

  /**
   * A tree below an existing folder.
   *
   * @param root its real path
   */
  FolderTree(Path root) {
    this.root = root;
  }

  Path root() {
    return root;
  }

  /**
   * The file of a key.
   *
   * @throws IllegalArgumentException for a key that no file below the root can have
   */
  Path file(String key) {
    for (String segment : key.split("/", -1)) {
      boolean bad =
          segment.isEmpty()
              || segment.equals(".")
              || segment.equals("..")
              || segment.startsWith(UnfinishedFiles.FOLDER)
              || segment.chars().anyMatch(c -> c < ' ' || c == 0x7f || c == '\\')
              || segment.getBytes(StandardCharsets.UTF_8).length > SEGMENT_BYTES_MAX;
      if (bad) {
        throw new IllegalArgumentException("not a key of a store in a folder: '" + key + "'");
      }
    }
    return root.resolve(key);
  }

  /**
   * Refuses a file that a symbolic link among its folders leads elsewhere.
   *
   * @throws NoSuchFileException when its folder is not there
   */
  void checkInside(Path file) throws IOException {
    Path folder = parent(file);
    if (!folder.toRealPath().equals(folder)) {
      throw new FailureException(
          FailureCode.STORE_REFUSED,
          "a symbolic link below " + root + " leads " + folder + " elsewhere",
          "Put folders there instead; nothing behind a link belongs to the store.");
    }
  }

  /** Makes a folder of an object and those above it, so that they are there after a power cut. */
  void ensureFolder(Path folder) throws IOException {
    if (folder.equals(root) || durable.contains(folder)) {
      return;
    }
    ensureFolder(parent(folder));
    try {
      Files.createDirectory(folder);
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
        throw e;
      }
    }
    // one that is there already may have been made by somebody who has not got this far
    DurableFile.forceFolder(parent(folder));
    durable.add(folder);
  }

  /** Forgets what was known: somebody else removed folders. */
  void forget() {
    durable.clear();
  }

  static Path parent(Path file) {
    Path parent = file.getParent();
    if (parent == null) {
      throw new IllegalStateException("no folder above " + file);
    }
    return parent;
  }

  /** A file found below the root. */
  record Found(String key, BasicFileAttributes attributes) {}

  /** Hands over every file whose key begins so, in order of the keys' bytes. */
  void walk(String prefix, Consumer<Found> consumer) throws IOException {
    walk(root, "", prefix, consumer);
  }

  private void walk(Path folder, String above, String prefix, Consumer<Found> consumer)
      throws IOException {
    for (Named entry : entries(folder)) {
      if (Thread.currentThread().isInterrupted()) {
        throw FolderFailures.interrupted(folder.toString());
      }
      String key = above + entry.text();
      if (entry.attributes().isRegularFile() && key.startsWith(prefix)) {
        consumer.accept(new Found(key, entry.attributes()));
      } else if (entry.attributes().isDirectory()
          && (key.startsWith(prefix) || prefix.startsWith(key))) {
        walk(entry.path(), key, prefix, consumer);
      }
    }
  }

  /** A folder's name counts with the slash that follows it in keys: so keys come in order. */
  private static List<Named> entries(Path folder) throws IOException {
    List<Named> entries = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
      for (Path path : stream) {
        String name = path.getFileName().toString();
        if (!name.startsWith(UnfinishedFiles.FOLDER)) {
          attributes(path, name, entries);
        }
      }
    } catch (NoSuchFileException e) {
      return List.of(); // removed since it was seen: it has no objects
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    entries.sort(BY_BYTES);
    return entries;
  }

  private static void attributes(Path path, String name, List<Named> entries) throws IOException {
    try {
      BasicFileAttributes attributes =
          Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      entries.add(new Named(path, attributes.isDirectory() ? name + "/" : name, attributes));
    } catch (NoSuchFileException e) {
      return; // deleted since the folder was read, so it is not listed
    }
  }
}

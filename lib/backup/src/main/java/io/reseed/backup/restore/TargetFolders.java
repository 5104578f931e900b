package io.reseed.backup.restore;

import io.reseed.backup.format.DirectoryEntry;
import io.reseed.backup.format.Extent;
import io.reseed.backup.format.FileEntry;
import io.reseed.backup.format.Manifest;
import io.reseed.backup.format.RootedPath;
import io.reseed.backup.work.PastPageCache;
import io.reseed.durable.DurableFile;
import io.reseed.fleet.FailureCode;
import io.reseed.fleet.FailureException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** The folders that a restore fills. Follows no symbolic link below its roots. */
final class TargetFolders {
  private static final OpenOption[] WRITING = {StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS};
  private static final int OWNER_MAY_WRITE = 0200;
  private static final int OWNER_MAY_ALL = 0700;

  private final Manifest manifest;
  private final Map<String, Path> roots;
  private final PastPageCache pastPageCache;

  private TargetFolders(Manifest manifest, Map<String, Path> roots, PastPageCache pastPageCache) {
    this.manifest = manifest;
    this.roots = roots;
    this.pastPageCache = pastPageCache;
  }

  /** Makes the roots where they are missing. */
  static TargetFolders open(Manifest manifest, Map<String, Path> folders) throws IOException {
    Map<String, Path> roots = new HashMap<>();
    for (String root : manifest.roots()) {
      Path folder = folders.get(root);
      if (folder == null) {
        throw new FailureException(
            FailureCode.TARGET_ROOT_UNNAMED,
            "backup " + manifest.header().id() + " needs a folder for its root '" + root + "'",
            "Name a folder for every root of the manifest: " + manifest.roots());
      }
      Files.createDirectories(folder);
      roots.put(root, folder.toRealPath());
    }
    return new TargetFolders(manifest, roots, PastPageCache.below(roots.values()));
  }

  Manifest manifest() {
    return manifest;
  }

  /** Where it writes. */
  Collection<Path> folders() {
    return roots.values();
  }

  /**
   * Fails early, and only then, when the disk cannot take what is left; later writes may fail, too.
   */
  void checkRoom(List<StoredExtent> left) throws IOException {
    Map<FileStore, Long> needed = new HashMap<>();
    for (Map.Entry<String, Path> root : roots.entrySet()) {
      long bytes =
          left.stream()
              .filter(extent -> rootOf(extent).equals(root.getKey()))
              .mapToLong(extent -> extent.extent().rawBytes())
              .sum();
      needed.merge(Files.getFileStore(root.getValue()), bytes, Long::sum);
    }
    for (Map.Entry<FileStore, Long> disk : needed.entrySet()) {
      long usable = disk.getKey().getUsableSpace();
      if (usable < disk.getValue()) {
        throw new FailureException(
            FailureCode.TARGET_FULL,
            "disk " + disk.getKey() + " has " + usable + " bytes left of " + disk.getValue(),
            "Free disk space on this host, or restore on another one.");
      }
    }
  }

  private String rootOf(StoredExtent extent) {
    return manifest.files().get(extent.fileIndex()).path().root();
  }

  void checkEmpty() throws IOException {
    for (Path folder : roots.values()) {
      try (Stream<Path> entries = Files.list(folder)) {
        if (entries.findAny().isPresent()) {
          throw new FailureException(
              FailureCode.TARGET_NOT_EMPTY,
              "folder " + folder + " is not empty, and no restore of this job filled it",
              "Restore into an empty folder.");
        }
      }
    }
  }

  /**
   * Makes every directory and file that is missing, each file at its full length without using
   * room. May be repeated.
   *
   * @param begun files (by index) that hold durable extents
   * @throws FailureException {@code TARGET_CHANGED} when one of those is not there at its full
   *     length
   */
  void prepare(BitSet begun) throws IOException {
    for (DirectoryEntry directory : manifest.directories()) {
      Path place = place(directory.path());
      if (!Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS)) {
        Files.createDirectory(place);
      }
      setMode(place, directory.mode() | OWNER_MAY_ALL);
    }
    for (int i = 0; i < manifest.files().size(); i++) {
      prepare(manifest.files().get(i), begun.get(i));
    }
    checkNamesKeptApart();
    syncDirectories();
  }

  /** Makes what was written into the file durable, its length and mode, too. */
  void sync(int fileIndex) throws IOException {
    try (FileChannel channel = open(fileIndex)) {
      channel.force(true);
    }
  }

  /** Gives files and directories their final modes and makes what is left durable. */
  void finish() throws IOException {
    for (FileEntry file : manifest.files()) {
      boolean readOnly = (file.mode() & OWNER_MAY_WRITE) == 0;
      boolean neverSynced =
          file.extents().stream().allMatch(extent -> extent instanceof Extent.Zero);
      if (readOnly || neverSynced) {
        try (FileChannel channel = open(file)) {
          setMode(place(file.path()), file.mode());
          channel.force(true);
        }
      }
    }
    for (DirectoryEntry directory : manifest.directories().reversed()) {
      DurableFile.forceFolder(place(directory.path()));
      setMode(place(directory.path()), directory.mode());
    }
    syncDirectories();
  }

  private void prepare(FileEntry file, boolean begun) throws IOException {
    Path place = place(file.path());
    boolean whole =
        Files.isRegularFile(place, LinkOption.NOFOLLOW_LINKS)
            && Files.size(place) == file.sizeBytes();
    if (begun && !whole) {
      throw new FailureException(
          FailureCode.TARGET_CHANGED,
          file.path() + " was restored in part and is gone or has another length now",
          "Keep others out of the target folders; give this job up and start a new one.");
    }
    if (!whole) {
      // an empty or half-made file can only be ours: the folders were empty when the job began
      if (!Files.isRegularFile(place, LinkOption.NOFOLLOW_LINKS)) {
        Files.createFile(place);
      }
      setMode(place, file.mode() | OWNER_MAY_WRITE);
      try (RandomAccessFile sparse = new RandomAccessFile(place.toFile(), "rw")) {
        sparse.setLength(file.sizeBytes());
      }
    }
    setMode(place, file.mode() | OWNER_MAY_WRITE);
  }

  private void checkNamesKeptApart() throws IOException {
    Map<String, List<RootedPath>> alike = new HashMap<>();
    Stream.concat(
            manifest.files().stream().map(FileEntry::path),
            manifest.directories().stream().map(DirectoryEntry::path))
        .forEach(
            path ->
                alike
                    .computeIfAbsent(
                        path.toString().toLowerCase(Locale.ROOT), name -> new ArrayList<>())
                    .add(path));
    for (List<RootedPath> paths : alike.values()) {
      for (int i = 1; i < paths.size(); i++) {
        if (Files.isSameFile(place(paths.getFirst()), place(paths.get(i)))) {
          throw new FailureException(
              FailureCode.TARGET_FOLDS_NAMES,
              paths.getFirst() + " and " + paths.get(i) + " are one file on this host",
              "Restore on a file system that tells names of differing case apart.");
        }
      }
    }
  }

  private void syncDirectories() throws IOException {
    for (DirectoryEntry directory : manifest.directories()) {
      DurableFile.forceFolder(place(directory.path()));
    }
    for (Path root : roots.values()) {
      DurableFile.forceFolder(root);
      DurableFile.forceFolder(Objects.requireNonNullElse(root.getParent(), root));
    }
  }

  /** Opens a file to write into. */
  FileChannel open(int fileIndex) throws IOException {
    return open(manifest.files().get(fileIndex));
  }

  private FileChannel open(FileEntry file) throws IOException {
    return FileChannel.open(place(file.path()), WRITING);
  }

  /** Opens a file past the page cache; empty when there is no such way. */
  Optional<FileChannel> openPastPageCache(int fileIndex) throws IOException {
    return pastPageCache.open(place(manifest.files().get(fileIndex).path()), WRITING);
  }

  private Path place(RootedPath path) {
    Path root = roots.get(path.root());
    if (root == null) {
      throw new IllegalStateException("root of " + path + " was not opened");
    }
    return path.below(root);
  }

  private static void setMode(Path place, int mode) throws IOException {
    Files.setAttribute(place, "unix:mode", mode);
  }
}

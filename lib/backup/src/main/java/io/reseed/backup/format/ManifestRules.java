package io.reseed.backup.format;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What must hold within one manifest. */
final class ManifestRules {
  private static final int MODE_MAX = 0777;

  private final int overheadBytes;
  private final Set<String> roots;
  private final Set<RootedPath> directories = new HashSet<>();
  private final Set<RootedPath> taken = new HashSet<>();

  ManifestRules(ManifestHeader header, List<String> roots) {
    this.overheadBytes = header.overheadBytes();
    this.roots = new HashSet<>(roots);
    requireSafe(this.roots.size() == roots.size(), "a root is named twice");
    roots.forEach(root -> requireSafe(RootedPath.isRootName(root), "not a root's name: " + root));
  }

  void check(List<DirectoryEntry> listed, List<PackEntry> packs, List<FileEntry> files) {
    listed.forEach(this::checkDirectory);
    checkPacks(packs);
    files.forEach(file -> checkFile(file, packs));
  }

  private void checkDirectory(DirectoryEntry directory) {
    checkPlace(directory.path(), directory.mode());
    directories.add(directory.path());
  }

  private void checkFile(FileEntry file, List<PackEntry> packs) {
    checkPlace(file.path(), file.mode());
    long size = 0;
    for (Extent extent : file.extents()) {
      require(extent.rawBytes() > 0, "extent without bytes in " + file.path());
      size = Math.addExact(size, extent.rawBytes());
      new ExtentRules(file.path(), packs, overheadBytes).check(extent);
    }
    require(size == file.sizeBytes(), "extents do not add up to the size of " + file.path());
  }

  private void checkPlace(RootedPath path, int mode) {
    requireSafe(roots.contains(path.root()), "root of " + path + " is not named");
    requireSafe(
        mode >= 0 && mode <= MODE_MAX, "mode of " + path + " has more than permission bits");
    requireSafe(taken.add(path), path + " is listed twice");
    int slash = path.path().lastIndexOf('/');
    if (slash >= 0) {
      RootedPath parent = new RootedPath(path.root(), path.path().substring(0, slash));
      requireSafe(
          directories.contains(parent), "directory of " + path + " is not listed before it");
    }
  }

  private static void checkPacks(List<PackEntry> packs) {
    Set<String> names = new HashSet<>();
    for (PackEntry pack : packs) {
      requireSafe(RepositoryLayout.isPackName(pack.name()), "not a pack's name: " + pack.name());
      require(pack.sizeBytes() > 0, "pack without bytes: " + pack.name());
      require(names.add(pack.name()), "pack is listed twice: " + pack.name());
    }
  }

  static void checkHashTables(List<PageIndex.HashTable> tables, List<PackEntry> packs) {
    Set<Integer> seen = new HashSet<>();
    for (PageIndex.HashTable table : tables) {
      require(
          table.pack() >= 0 && table.pack() < packs.size() && seen.add(table.pack()),
          "page hashes of no listed pack, or twice of one");
      long packBytes = packs.get(table.pack()).sizeBytes();
      require(
          table.storedBytes() > 0
              && table.packOffset() >= 0
              && table.packOffset() <= packBytes - table.storedBytes(),
          "page hashes outside their pack");
    }
  }

  private static void requireSafe(boolean holds, String otherwise) {
    if (!holds) {
      throw new UnsafeContentException(otherwise);
    }
  }

  static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalArgumentException(otherwise);
    }
  }
}

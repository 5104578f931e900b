package io.reseed.backup.format;

import java.util.List;

/**
 * Everything that is needed to bring one backup back. Self-contained: no other manifest has to be
 * read. Immutable, and always valid: the constructor refuses one that contradicts itself.
 *
 * @param header about the server
 * @param roots names of all roots, also of those without files
 * @param directories below the roots, each after its parent
 * @param packs that extents lie in
 * @param files in the order of their paths
 * @param pages what lets the next writer find changed pages; no reader needs it
 */
public record Manifest(
    ManifestHeader header,
    List<String> roots,
    List<DirectoryEntry> directories,
    List<PackEntry> packs,
    List<FileEntry> files,
    PageIndex pages) {

  /**
   * Copies the lists and checks them.
   *
   * @throws IllegalArgumentException naming the entry and the rule it breaks
   */
  public Manifest {
    roots = List.copyOf(roots);
    directories = List.copyOf(directories);
    packs = List.copyOf(packs);
    files = List.copyOf(files);
    new ManifestRules(header, roots).check(directories, packs, files);
    ManifestRules.checkHashTables(pages.hashes(), packs);
  }

  /** One without what only the next writer needs. */
  public Manifest(
      ManifestHeader header,
      List<String> roots,
      List<DirectoryEntry> directories,
      List<PackEntry> packs,
      List<FileEntry> files) {
    this(header, roots, directories, packs, files, PageIndex.NONE);
  }

  /** Whether it has what version 1 of the format does not know. */
  boolean needsVersion2() {
    return header.keyId() != null || hasPatches();
  }

  private boolean hasPatches() {
    return files.stream()
        .flatMap(file -> file.extents().stream())
        .anyMatch(extent -> extent instanceof Extent.Patched);
  }

  /** Sum of the files' sizes: what a restored server takes on disk at most. */
  public long rawBytes() {
    return files.stream().mapToLong(FileEntry::sizeBytes).sum();
  }

  /** Sum of the extents' and patches' stored bytes: what a restore reads from the store. */
  public long storedBytes() {
    return files.stream()
        .flatMap(file -> file.extents().stream())
        .mapToLong(Extent::storedBytes)
        .sum();
  }

  /** Sum of the packs that this backup added; the others lie in older backups' packs. */
  public long addedBytes() {
    return packs.stream()
        .filter(pack -> RepositoryLayout.isWrittenBy(pack.name(), header.id()))
        .mapToLong(PackEntry::sizeBytes)
        .sum();
  }
}

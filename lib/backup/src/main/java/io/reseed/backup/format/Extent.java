package io.reseed.backup.format;

import java.util.List;

/**
 * A run of a file's bytes. A file's extents follow one another without gap or overlap and end at
 * its size; each may have another length.
 */
public sealed interface Extent {
  /** The most that one extent may hold: bounds the memory that reading it takes. */
  int RAW_BYTES_MAX = 64 * 1024 * 1024;

  /** The most patches that one extent may have. */
  int PATCHES_MAX = 64;

  /** How many bytes of the file it stands for. */
  long rawBytes();

  /** What a restore reads from the store for it. */
  long storedBytes();

  /**
   * Bytes that are all zero and stored nowhere.
   *
   * @param rawBytes more than zero; has no other bound
   */
  record Zero(long rawBytes) implements Extent {
    @Override
    public long storedBytes() {
      return 0;
    }
  }

  /**
   * Bytes that lie in a pack.
   *
   * @param rawBytes length in the file
   * @param place where they are
   * @param sha256 of the raw bytes
   */
  record Stored(long rawBytes, Place place, Sha256 sha256) implements Extent {
    @Override
    public long storedBytes() {
      return place.storedBytes();
    }
  }

  /**
   * An older extent of which some pages are replaced.
   *
   * @param rawBytes length in the file, a multiple of {@code pageBytes}; the base's may differ
   * @param pageBytes the unit in which patches replace
   * @param wholeBytes about what it would take if it were stored anew; for writers only
   * @param sha256 of the raw bytes that result
   * @param base what lies below the patches
   * @param patches where several have a page, the last one counts
   */
  record Patched(
      long rawBytes, int pageBytes, int wholeBytes, Sha256 sha256, Stored base, List<Patch> patches)
      implements Extent {
    /** Copies the list. */
    public Patched {
      patches = List.copyOf(patches);
    }

    /** This extent, of which it is known better what it would take if it were stored anew. */
    public Patched withWholeBytes(int known) {
      return new Patched(rawBytes, pageBytes, known, sha256, base, patches);
    }

    @Override
    public long storedBytes() {
      return base.storedBytes()
          + patches.stream().mapToLong(patch -> patch.place().storedBytes()).sum();
    }
  }

  /**
   * Some pages, stored as a unit.
   *
   * @param pages which of the extent's, in this order
   * @param place where they are
   * @param sha256 of their raw bytes
   */
  record Patch(PageSet pages, Place place, Sha256 sha256) {}

  /**
   * Where stored bytes are.
   *
   * @param encoding how they are stored
   * @param pack index into {@link Manifest#packs()}
   * @param packOffset where they begin in the pack, in bytes
   * @param storedBytes how many bytes they take there
   */
  record Place(Encoding encoding, int pack, long packOffset, int storedBytes) {
    /** The first byte after them in the pack. */
    public long end() {
      return packOffset + storedBytes;
    }

    /** This place in a list of packs that numbers them otherwise. */
    public Place inPack(int other) {
      return new Place(encoding, other, packOffset, storedBytes);
    }
  }

  /** How bytes are stored. */
  enum Encoding {
    /** As they are. */
    PLAIN,
    /** As one zstd frame. */
    ZSTD;

    /** As the format writes it. */
    public String word() {
      return this == PLAIN ? "plain" : "zstd";
    }
  }
}

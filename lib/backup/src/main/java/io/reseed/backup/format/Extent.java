package io.reseed.backup.format;

/**
 * A run of a file's bytes. A file's extents follow one another without gap or overlap and end at
 * its size; each may have another length.
 */
public sealed interface Extent {
  /** The most that one extent may hold: bounds the memory that reading it takes. */
  int RAW_BYTES_MAX = 64 * 1024 * 1024;

  /** How many bytes of the file it stands for. */
  long rawBytes();

  /**
   * Bytes that are all zero and stored nowhere.
   *
   * @param rawBytes more than zero; has no other bound
   */
  record Zero(long rawBytes) implements Extent {}

  /**
   * Bytes that lie in a pack.
   *
   * @param rawBytes length in the file
   * @param encoding how they are stored
   * @param pack index into {@link Manifest#packs()}
   * @param packOffset where they begin in the pack, in bytes
   * @param storedBytes how many bytes they take there
   * @param sha256 of the raw bytes
   */
  record Stored(
      long rawBytes, Encoding encoding, int pack, long packOffset, int storedBytes, Sha256 sha256)
      implements Extent {}

  /** How an extent's bytes are stored. */
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

package io.reseed.backup.snapshot;

import io.reseed.backup.format.PageSet;

/**
 * Tells about how many bytes pages would take if they were stored, from a sample of them. For one
 * thread.
 */
final class SizeEstimate implements AutoCloseable {
  private static final int SAMPLE_PAGES = 64;

  private final Compression compression;
  private final int pageBytes;
  private final byte[] sample;

  SizeEstimate(SnapshotOptions options, int pageBytes) {
    this.pageBytes = pageBytes;
    this.sample = new byte[SAMPLE_PAGES * pageBytes];
    this.compression = new Compression(options, sample.length);
  }

  /** Some pages; 0 for none. */
  int of(byte[] raw, PageSet pages) {
    int count = pages.count();
    if (count == 0) {
      return 0;
    }
    int taken = Math.min(count, SAMPLE_PAGES);
    int index = 0;
    int filled = 0;
    for (int page = pages.next(0); page >= 0; page = pages.next(page + 1)) {
      // every so many, evenly over all of them
      if ((long) index * taken / count == filled) {
        System.arraycopy(raw, page * pageBytes, sample, filled * pageBytes, pageBytes);
        filled++;
      }
      index++;
    }
    int sampleBytes = taken * pageBytes;
    return Math.toIntExact(compression.shrink(sample, sampleBytes) * (long) count / taken);
  }

  @Override
  public void close() {
    compression.close();
  }
}

package io.reseed.backup.snapshot;

import io.reseed.backup.format.Manifest;

/**
 * What a snapshot did.
 *
 * @param manifest as committed
 * @param bytesUploaded of packs, in this run; page hashes are counted, the manifest is not
 * @param bytesResumed of packs that earlier runs had sent
 * @param manifestBytes length of the manifest's object
 * @param extents what became of each, extents of zeros apart
 */
public record SnapshotResult(
    Manifest manifest,
    long bytesUploaded,
    long bytesResumed,
    long manifestBytes,
    ExtentCount extents) {

  /**
   * Numbers of extents.
   *
   * @param referenced lie in older packs, nothing of them was sent
   * @param patched changed pages were sent
   * @param stored were sent whole: new, changed in most pages, or to drop what is no longer needed
   */
  public record ExtentCount(long referenced, long patched, long stored) {}
}

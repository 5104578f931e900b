package io.reseed.backup.snapshot;

import io.reseed.backup.format.ManifestHeader;
import org.jspecify.annotations.Nullable;

/**
 * What is to become a backup.
 *
 * @param header of the new backup
 * @param source the stopped server's files
 * @param inspection looks at every byte that is read
 * @param parent what to refer to; null stores everything anew. Must be the one that the header
 *     names, of the same shard
 */
public record SnapshotRequest(
    ManifestHeader header,
    SnapshotSource source,
    ReadInspection inspection,
    @Nullable SnapshotParent parent) {
  /** Checks that header and parent speak of the same. */
  public SnapshotRequest {
    if (header.keyId() != null) {
      throw new IllegalArgumentException("the writer itself names the key");
    }
    if (parent != null) {
      boolean fits =
          parent.manifest().header().id().equals(header.parent())
              && parent.manifest().header().shard().equals(header.shard());
      if (!fits) {
        throw new IllegalArgumentException(
            "the header of " + header.id() + " does not name this parent of this shard");
      }
    }
  }

  /** A full backup of which nothing is inspected. */
  public static SnapshotRequest full(ManifestHeader header, SnapshotSource source) {
    return new SnapshotRequest(header, source, ReadInspection.NONE, null);
  }
}

package io.reseed.backup.snapshot;

import io.reseed.backup.format.ManifestHeader;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What is to become a backup.
 *
 * @param header of the new backup
 * @param source the stopped server's files
 * @param inspection looks at every byte that is read
 * @param parent what to refer to; null stores everything anew. Must be the one that the header
 *     names, of the same shard
 * @param jobFolder where the snapshot notes which packs the store has confirmed, so that a later
 *     run under the same id does not send them again; outside the roots, of this backup only, and
 *     kept until the snapshot is done or given up. Null: every run begins from the beginning
 */
public record SnapshotRequest(
    ManifestHeader header,
    SnapshotSource source,
    ReadInspection inspection,
    @Nullable SnapshotParent parent,
    @Nullable Path jobFolder) {
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
    if (jobFolder != null) {
      Path folder = jobFolder.toAbsolutePath().normalize();
      for (Path root : source.roots().values()) {
        if (folder.startsWith(root) || root.startsWith(folder)) {
          throw new IllegalArgumentException(
              "job folder " + folder + " and root " + root + " lie inside one another");
        }
      }
      jobFolder = folder;
    }
  }

  /** A request without a job folder: it cannot be gone on with. */
  public SnapshotRequest(
      ManifestHeader header,
      SnapshotSource source,
      ReadInspection inspection,
      @Nullable SnapshotParent parent) {
    this(header, source, inspection, parent, null);
  }

  /** This request, which a later run can go on with. */
  public SnapshotRequest withJobFolder(Path folder) {
    return new SnapshotRequest(header, source, inspection, parent, folder);
  }

  /** A full backup of which nothing is inspected. */
  public static SnapshotRequest full(ManifestHeader header, SnapshotSource source) {
    return new SnapshotRequest(header, source, ReadInspection.NONE, null);
  }
}

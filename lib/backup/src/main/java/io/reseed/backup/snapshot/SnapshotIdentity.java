package io.reseed.backup.snapshot;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.reseed.backup.format.ManifestHeader;
import io.reseed.backup.format.RootedPath;
import io.reseed.backup.format.Sha256;
import java.nio.file.Path;
import java.util.TreeMap;

/**
 * Tells whether two runs of a snapshot see the same stopped server: where it stopped, and each
 * file's size, times and inode. What is read is compared by its hash besides.
 */
final class SnapshotIdentity {
  private SnapshotIdentity() {}

  static Sha256 of(SnapshotRequest request, SnapshotOptions options, boolean encrypted) {
    ManifestHeader header = request.header();
    StringBuilder text = new StringBuilder();
    text.append(header.shard()).append('\n');
    text.append(header.id()).append('\n');
    text.append(header.mysqlVersion()).append('\n');
    text.append(new TreeMap<>(header.settings())).append('\n');
    text.append(header.gtidExecuted()).append('\n');
    text.append(header.sourceServerUuid()).append('\n');
    text.append(header.parent()).append('\n');
    text.append(encrypted).append('\n');
    text.append(options.extentBytes()).append(' ').append(options.zstdLevel()).append('\n');
    for (RootedPath path : request.source().files()) {
      Path root = request.source().rootOf(path);
      SourceFile.State state = SourceFile.stateOf(path, path.below(root));
      text.append(path).append(' ').append(root).append(' ').append(state).append('\n');
    }
    return Sha256.of(text.toString().getBytes(UTF_8));
  }
}

package io.reseed.backup.snapshot;

import io.reseed.backup.format.RootedPath;
import io.reseed.fleet.FailureException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * Looks at what a snapshot reads, while it is in memory anyway. Called by several threads at once.
 */
@FunctionalInterface
public interface ReadInspection {
  /** Looks at nothing. */
  ReadInspection NONE = (_, _, _, _) -> {};

  /**
   * Takes in one piece; every byte of every file comes once, in any order.
   *
   * @param path in the backup
   * @param file where it lies
   * @param offset of the piece in the file
   * @param bytes read-only, and valid during the call only
   * @throws FailureException ends the snapshot
   */
  void inspect(RootedPath path, Path file, long offset, ByteBuffer bytes);
}

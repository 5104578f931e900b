package io.reseed.backup.verify;

import io.reseed.backup.format.RootedPath;
import io.reseed.fleet.BackupId;
import io.reseed.fleet.FailureCode;
import io.reseed.fleet.ShardName;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was found.
 *
 * @param counts how much was looked at
 * @param unreadable backups whose manifest, keys or verdict cannot be read; nothing more is known
 *     about them
 * @param badPacks packs with at least one bad part that a backup needs, in order of their names
 */
public record VerifyReport(Counts counts, List<Unreadable> unreadable, List<BadPack> badPacks) {
  /** Copies the lists. */
  public VerifyReport {
    unreadable = List.copyOf(unreadable);
    badPacks = List.copyOf(badPacks);
  }

  /** Whether everything that was looked at is as it was written. */
  public boolean sound() {
    return unreadable.isEmpty() && badPacks.isEmpty();
  }

  /**
   * How much was looked at.
   *
   * @param backups whose manifests were read
   * @param packs of which at least one part was read
   * @param parts extents and patches that were read, each counted once
   * @param bytesRead from the store
   * @param pages InnoDB pages whose checksum, number and space were checked
   */
  public record Counts(long backups, long packs, long parts, long bytesRead, long pages) {}

  /**
   * A backup that could not be looked at.
   *
   * @param code why, e.g. {@code MANIFEST_CORRUPT}, {@code KEY_WRONG}
   * @param message the same for people
   */
  public record Unreadable(ShardName shard, BackupId backup, FailureCode code, String message) {}

  /**
   * A pack with bad parts.
   *
   * @param shard whose pack
   * @param name as manifests have it
   * @param faults the bad parts, by their places, 100 at the most
   * @param faultCount how many there are
   * @param touched every backup that needs one of the bad parts, oldest first
   */
  public record BadPack(
      ShardName shard, String name, List<Fault> faults, int faultCount, List<Touched> touched) {
    /** Copies the lists. */
    public BadPack {
      faults = List.copyOf(faults);
      touched = List.copyOf(touched);
    }
  }

  /**
   * A bad part of a pack.
   *
   * @param offset where it begins in the pack
   * @param storedBytes how long it is there
   * @param kind in what way it is bad
   * @param message for people
   */
  public record Fault(long offset, int storedBytes, Kind kind, String message) {}

  /** In what way a part is bad. */
  public enum Kind {
    /** The pack is not in the store: every part of it is bad. */
    PACK_MISSING,
    /** The pack ends before the part does. */
    PACK_TOO_SHORT,
    /** It does not decrypt, decompress, or hash to what was written. */
    DAMAGED,
    /** Base and patches are as they were written, but what they make is not. */
    WRONG_RESULT,
    /** It is as it was written, but a page in it was bad then already. */
    BAD_PAGE
  }

  /**
   * A backup that needs bad parts of a pack.
   *
   * @param files in which they lie, in order
   */
  public record Touched(BackupId backup, List<TouchedFile> files) {
    /** Copies the list. */
    public Touched {
      files = List.copyOf(files);
    }
  }

  /**
   * A file of a backup in which bad parts lie.
   *
   * @param table {@code schema.table}; null for a file that is no single table's
   */
  public record TouchedFile(RootedPath path, @Nullable String table) {}
}

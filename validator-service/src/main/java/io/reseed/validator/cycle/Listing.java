package io.reseed.validator.cycle;

import io.reseed.events.BackupCreated;
import io.reseed.events.BackupStatus;
import io.reseed.fleet.Failure;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the shard's backups in the repository.
 *
 * @param known whether the repository was ever looked at
 * @param backups newest first, as they were when it was last read
 * @param failure why the last look did not work, if it did not
 * @param look the number of the newest look; answers to older ones are outdated
 * @param nextReadAt when to look again; absent while a look is out
 */
record Listing(
    boolean known,
    List<BackupStatus.Backup> backups,
    @Nullable Failure failure,
    int look,
    @Nullable Instant nextReadAt) {
  static final Listing NONE = new Listing(false, List.of(), null, 0, null);
  private static final int BACKUPS_MAX = 100;

  Listing {
    backups = List.copyOf(backups);
  }

  /** A backup as its maker announced it. */
  static BackupStatus.Backup backup(BackupCreated created) {
    return new BackupStatus.Backup(
        created.backup(),
        BackupStatus.Degree.CREATED,
        created.gtidSet(),
        created.bytesRaw(),
        created.bytesStored(),
        created.createdAt(),
        null,
        null,
        null,
        null);
  }

  Listing asked() {
    return new Listing(known, backups, failure, look + 1, null);
  }

  Listing read(List<BackupStatus.Backup> found, Instant nextReadAt) {
    return new Listing(true, found, null, look, nextReadAt);
  }

  Listing failed(Failure cause, Instant nextReadAt) {
    return new Listing(known, backups, cause, look, nextReadAt);
  }

  /** With a backup that was just made; a look that is out may have missed it. */
  Listing with(BackupStatus.Backup made) {
    List<BackupStatus.Backup> all =
        Stream.concat(
                Stream.of(made),
                backups.stream().filter(backup -> !backup.backup().equals(made.backup())))
            .limit(BACKUPS_MAX)
            .toList();
    return new Listing(true, all, failure, look, nextReadAt);
  }

  /** With another degree of one backup, until the repository is read again. */
  Listing with(PendingVerdicts.Decided verdict) {
    return with(
        backups.stream()
            .map(b -> b.backup().equals(verdict.backup().backup()) ? verdict.over(b) : b)
            .toList());
  }

  /** With a backup that the present primary cannot use, until the repository is read again. */
  Listing unusable(String backup, String why) {
    return with(
        backups.stream().map(b -> b.backup().equals(backup) ? b.unusable(why) : b).toList());
  }

  /** Without a backup that is gone. */
  Listing without(String backup) {
    return with(backups.stream().filter(b -> !b.backup().equals(backup)).toList());
  }

  private Listing with(List<BackupStatus.Backup> newer) {
    return new Listing(known, newer, failure, look, nextReadAt);
  }

  /** Whether a look is out, or none was ever made. */
  boolean awaited() {
    return nextReadAt == null;
  }

  /** Whether what the repository holds is known for certain. */
  boolean certain() {
    return known && failure == null;
  }
}

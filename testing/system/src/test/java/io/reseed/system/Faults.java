package io.reseed.system;

import io.reseed.fleet.BackupId;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** Injects each {@link Fault} into one shard's backup pipeline. */
final class Faults {
  private static final int NEVER = 1_000;
  private static final Duration OLDER = Duration.ofMinutes(1);

  private final LiveShard shard;
  private final BackupLine line;
  private final RepositoryTampering tampering;
  private final BackupForge forge;
  private final CycleFaults cycles;
  private final Set<String> forged = new HashSet<>();

  Faults(Site site, LiveShard shard, BackupLine line) {
    this.shard = shard;
    this.line = line;
    this.tampering = new RepositoryTampering(line.repository());
    this.forge =
        new BackupForge(
            line.repository(), site.installation(), site.installation().folder().resolve("forge"));
    this.cycles = new CycleFaults(site, shard, line, tampering);
  }

  /**
   * Injects the fault, with a cycle in flight or before one is asked for.
   *
   * @param healthy the newest backup, which is good
   * @return the backup that the fault strikes
   */
  BackupId inject(Fault fault, BackupId healthy) {
    return switch (fault) {
      case FLIPPED_BIT_IN_PACK -> damaged(healthy, tampering::flipBitInPack);
      case MISSING_PACK -> examined(copyBefore(healthy), tampering::deletePack);
      case TRUNCATED_PACK -> examined(copyBefore(healthy), tampering::truncatePack);
      case PACK_OF_ANOTHER_BACKUP -> examined(copyBefore(healthy), tampering::putPackOfAnother);
      case MISSING_MANIFEST -> seenByItself(healthy, tampering::deleteManifest);
      case CHANGED_MANIFEST -> seenByItself(copyBefore(healthy), tampering::flipBitInManifest);
      case UNKNOWN_FORMAT_VERSION ->
          seenByItself(healthy, backup -> tampering.setFormatVersion(backup, 99));
      case PATH_THAT_LEAVES_ITS_ROOT ->
          seenByItself(
              copyBefore(healthy),
              backup -> tampering.setPath(backup, "shop/journal.ibd", "../../shop/journal.ibd"));
      case NEWER_SERVER_VERSION ->
          examined(copyBefore(healthy), backup -> tampering.setMysqlVersion(backup, "10.0.1"));
      case DAMAGED_PAGE -> {
        line.declare(NEVER, NEVER); // or CHECK TABLE, which reads the page, finds it before
        yield proven(damagedPage(after(healthy)));
      }
      case DAMAGED_PAGE_OF_CHECKED_TABLE -> examined(known(damagedPage(before(healthy))));
      case CHANGED_ROWS_WITH_VALID_CHECKSUM -> {
        line.declare(NEVER, 1);
        yield proven(
            forge.ofFiles(
                after(healthy),
                data ->
                    DataPages.changeRows(data.resolve("shop/orders3.ibd"), "fragile", "brittle")));
      }
      case PURGED_BINLOGS -> seenByItself(healthy, _ -> shard.purgeBinlogs());
      case ERRANT_TRANSACTIONS ->
          examined(
              known(
                  forge.ofStatements(
                      before(healthy), List.of("DELETE FROM shop.orders4 WHERE id = 1"))));
      case DUPLICATE_KEY -> {
        BackupId forged =
            forge.ofStatements(
                before(healthy), List.of("SET SESSION sql_log_bin = 0", shard.nextJournalInsert()));
        shard.write(3);
        yield examined(known(forged));
      }
      case STANDSTILL -> cycles.standstill(healthy);
      case SOURCE_DIES -> cycles.sourceDies(healthy);
      case HOST_DIES_IN_CATCH_UP -> cycles.hostDiesInCatchUp(healthy);
      case HOST_DIES_IN_SNAPSHOT -> cycles.hostDiesInSnapshot(healthy);
      case DISK_FULL_IN_RESTORE -> cycles.diskFullInRestore(healthy);
      case DISK_FULL_IN_CATCH_UP -> cycles.diskFullInCatchUp(healthy);
      case DISK_FULL_IN_SNAPSHOT -> cycles.diskFullInSnapshot(healthy);
      case STORE_FAILS_IN_UPLOAD -> cycles.storeFailsInUpload(healthy);
      case NEW_BACKUP_DAMAGED -> cycles.newBackupDamaged();
    };
  }

  private BackupId damagedPage(BackupForge.Origin origin) {
    return forge.ofFiles(
        origin, data -> DataPages.damageRow(data.resolve("shop/orders2.ibd"), "fragile"));
  }

  /** The backups that no service made. */
  Set<String> forged() {
    return Set.copyOf(forged);
  }

  /** Undoes what outlasts a fault. */
  void mend() {
    cycles.mend();
  }

  private BackupId damaged(BackupId backup, Consumer<BackupId> damage) {
    damage.accept(backup);
    line.request();
    return backup;
  }

  private BackupId seenByItself(BackupId backup, Consumer<BackupId> damage) {
    damage.accept(backup);
    return backup;
  }

  /** A copy that is the newest of all. */
  private static BackupForge.Origin after(BackupId healthy) {
    return new BackupForge.Origin(healthy, Instant.now());
  }

  /** A copy that is older than the backup itself. */
  private BackupForge.Origin before(BackupId healthy) {
    Instant madeAt = line.repository().manifest(healthy).header().createdAt();
    return new BackupForge.Origin(healthy, madeAt.minus(OLDER));
  }

  private BackupId copyBefore(BackupId healthy) {
    return known(forge.copy(before(healthy)));
  }

  /** Waits until the services have seen the forged backup. */
  private BackupId known(BackupId backup) {
    forged.add(backup.text());
    line.awaitKnown(backup);
    return backup;
  }

  private BackupId proven(BackupId forged) {
    BackupId backup = known(forged);
    line.request();
    return backup;
  }

  private BackupId examined(BackupId backup, Consumer<BackupId> damage) {
    damage.accept(backup);
    return examined(backup);
  }

  private BackupId examined(BackupId backup) {
    line.examine(backup);
    return backup;
  }
}

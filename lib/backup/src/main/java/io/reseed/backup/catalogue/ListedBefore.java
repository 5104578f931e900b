package io.reseed.backup.catalogue;

import io.reseed.fleet.BackupId;
import io.reseed.fleet.ShardName;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What was read of each shard's backups when they were listed last, by the tags of the objects that
 * it was read from: a listing of what has not changed reads nothing again. Bounded: the shards that
 * were not listed for the longest time are forgotten first. For any number of threads.
 */
final class ListedBefore {
  private final int backupsMax;
  private final Map<ShardName, Map<BackupId, Known>> shards = new LinkedHashMap<>(16, 0.75f, true);
  private int backups;

  /**
   * The tags of one backup's objects.
   *
   * @param verdict empty when no verdict was there
   */
  record Tags(String manifest, Optional<String> verdict) {
    /**
     * Whether they say all of what was read: a store may give no tags, and a verdict that was
     * written after the listing was read without one.
     */
    boolean tell(ListedBackup.Usable read) {
      return !manifest.isEmpty()
          && verdict.map(tag -> !tag.isEmpty()).orElse(read.verdict().isEmpty());
    }
  }

  private record Known(Tags tags, ListedBackup.Usable backup) {}

  /**
   * Knows nothing yet.
   *
   * @param backupsMax how many backups of all shards are remembered, some kilobytes each
   */
  ListedBefore(int backupsMax) {
    this.backupsMax = backupsMax;
  }

  /** The backup as it was read from exactly these objects; empty when it was not. */
  synchronized Optional<ListedBackup.Usable> find(ShardName shard, BackupId id, Tags tags) {
    return Optional.ofNullable(shards.getOrDefault(shard, Map.of()).get(id))
        .filter(known -> known.tags().equals(tags))
        .map(Known::backup);
  }

  /**
   * What a listing found takes the place of all that was known of the shard. An object that is
   * replaced between the listing and its reading is known by the tag that it had, so that the next
   * listing has it read.
   */
  synchronized void keep(ShardName shard, Map<BackupId, Tags> tags, List<ListedBackup> found) {
    Map<BackupId, Known> known = new HashMap<>();
    for (ListedBackup backup : found) {
      Tags tag = tags.get(backup.id());
      if (backup instanceof ListedBackup.Usable usable && tag != null && tag.tell(usable)) {
        known.put(backup.id(), new Known(tag, usable));
      }
    }
    backups += known.size();
    Map<BackupId, Known> before = shards.put(shard, Map.copyOf(known));
    backups -= before == null ? 0 : before.size();
    Iterator<Map<BackupId, Known>> longestUnlisted = shards.values().iterator();
    while (backups > backupsMax && longestUnlisted.hasNext()) {
      backups -= longestUnlisted.next().size();
      longestUnlisted.remove();
    }
  }
}

package io.reseed.backup.verify;

import io.reseed.backup.encryption.PackKeys;
import io.reseed.backup.format.Extent;
import io.reseed.backup.format.PackEntry;
import io.reseed.fleet.BackupId;
import io.reseed.fleet.ShardName;
import java.util.List;

/** What is needed to read a backup's parts, of whose manifest nothing else is kept. */
record OpenedBackup(ShardName shard, BackupId id, List<PackEntry> packs, PackKeys keys) {
  StoredAt at(Extent.Place place) {
    return new StoredAt(shard, packs.get(place.pack()).name(), place.packOffset());
  }
}

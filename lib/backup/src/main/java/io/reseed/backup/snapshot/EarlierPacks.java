package io.reseed.backup.snapshot;

import io.reseed.backup.format.Extent;
import io.reseed.backup.format.PackEntry;
import io.reseed.backup.format.PageIndex;
import io.reseed.backup.format.RepositoryLayout;
import io.reseed.backup.format.Sha256;
import io.reseed.backup.store.ObjectInfo;
import io.reseed.backup.store.ObjectStore;
import io.reseed.fleet.FailureException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The packs that earlier runs of this snapshot sent and the store still has, and what lies in them.
 * Immutable.
 */
final class EarlierPacks {
  /** There was no earlier run. */
  static final EarlierPacks NONE = new EarlierPacks(List.of());

  private static final Logger LOG = LoggerFactory.getLogger(EarlierPacks.class);

  private final List<PackEntry> entries = new ArrayList<>();
  private final List<PageIndex.HashTable> hashTables = new ArrayList<>();
  private final Map<Sha256, Extent.Stored> parts = new HashMap<>();

  private EarlierPacks(List<ConfirmedPack> packs) {
    for (ConfirmedPack pack : packs) {
      int index = entries.size();
      entries.add(pack.entry());
      PageIndex.HashTable table = pack.hashes();
      if (table != null) {
        hashTables.add(
            new PageIndex.HashTable(
                index, table.packOffset(), table.storedBytes(), table.sha256()));
      }
      for (Extent.Stored part : pack.parts()) {
        Extent.Place place = part.place().inPack(index);
        parts.putIfAbsent(part.sha256(), new Extent.Stored(part.rawBytes(), place, part.sha256()));
      }
    }
  }

  /**
   * Asks the store for the packs of a journal. Those of the same runs that were never confirmed are
   * removed: nobody knows whether they are whole.
   */
  static EarlierPacks open(
      ObjectStore store, RepositoryLayout layout, SnapshotJournal.Earlier earlier) {
    Map<String, ConfirmedPack> wanted = new HashMap<>();
    earlier.packs().forEach(pack -> wanted.put(layout.packKey(pack.entry().name()), pack));
    List<ConfirmedPack> present = new ArrayList<>();
    List<String> unconfirmed = new ArrayList<>();
    for (String writer : earlier.runs().keySet()) {
      store.list(
          layout.packsPrefix() + writer + "-",
          object -> {
            ConfirmedPack pack = wanted.get(object.key());
            if (pack == null) {
              unconfirmed.add(object.key());
            } else if (isSame(pack, object)) {
              present.add(pack);
            }
          });
    }
    if (present.size() < wanted.size()) {
      LOG.warn(
          "Confirmed packs gone from the store, sent again shard={} packs={} gone={}",
          layout.shard(),
          wanted.size(),
          wanted.size() - present.size());
    }
    remove(store, unconfirmed);
    return new EarlierPacks(present);
  }

  private static boolean isSame(ConfirmedPack pack, ObjectInfo object) {
    // a store may list an object without its tag
    boolean sameTag =
        pack.etag().isEmpty() || object.etag().isEmpty() || pack.etag().equals(object.etag());
    return sameTag && pack.entry().sizeBytes() == object.sizeBytes();
  }

  /** As far as the store lets us; the rest are orphans that harm nobody. */
  static void remove(ObjectStore store, List<String> keys) {
    try {
      keys.forEach(store::delete);
    } catch (FailureException e) {
      LOG.warn(
          "Packs of an earlier run left in the store packs={} cause={}",
          keys.size(),
          e.getMessage());
    }
  }

  /** Name and size of each. */
  List<PackEntry> entries() {
    return entries;
  }

  /** Their tables of page hashes, by index into {@link #entries}. */
  List<PageIndex.HashTable> hashTables() {
    return hashTables;
  }

  /** Where exactly these raw bytes lie, by index into {@link #entries}. */
  Optional<Extent.Place> find(Sha256 sha256, long rawBytes) {
    return Optional.ofNullable(parts.get(sha256))
        .filter(part -> part.rawBytes() == rawBytes)
        .map(Extent.Stored::place);
  }

  /** Those that nobody of {@code named} needs. */
  List<PackEntry> without(Set<PackEntry> named) {
    return entries.stream().filter(pack -> !named.contains(pack)).toList();
  }
}

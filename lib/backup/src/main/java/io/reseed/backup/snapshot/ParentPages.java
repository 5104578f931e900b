package io.reseed.backup.snapshot;

import io.reseed.backup.encryption.PackKeys;
import io.reseed.backup.format.Extent;
import io.reseed.backup.format.Manifest;
import io.reseed.backup.format.PageHashes;
import io.reseed.backup.format.PageHashes.PageSize;
import io.reseed.backup.format.PageIndex;
import io.reseed.backup.format.RepositoryLayout;
import io.reseed.backup.format.Sha256;
import io.reseed.backup.store.ObjectStore;
import io.reseed.fleet.FailureException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The hashes of the parent's pages, read from the store as needed; a bounded number of tables is
 * kept. Safe for many threads.
 */
final class ParentPages {
  private static final Logger LOG = LoggerFactory.getLogger(ParentPages.class);
  private static final int TABLES_MAX = 128;

  /** The table of a pack that holds eight gigabytes of pages; a larger one is as good as none. */
  private static final int TABLE_BYTES_MAX = 2 << 20;

  private static final PageHashes NO_HASHES = PageHashes.decode(ByteBuffer.allocate(0));

  private final ObjectStore store;
  private final Manifest parent;
  private final PageSize pageSize;
  private final PackKeys keys;
  private final Map<Integer, PageIndex.HashTable> tables = new HashMap<>();
  private final Map<Integer, Table> kept = new LinkedHashMap<>(TABLES_MAX, 0.75f, true);

  ParentPages(ObjectStore store, Manifest parent, PackKeys keys, PageSize pageSize) {
    this.store = store;
    this.parent = parent;
    this.pageSize = pageSize;
    this.keys = keys;
    parent.pages().hashes().forEach(table -> tables.put(table.pack(), table));
  }

  /** One pack's table, read by the first thread that needs it. */
  private static final class Table {
    private @Nullable PageHashes hashes;
  }

  /**
   * One hash for each page of an extent.
   *
   * @return empty when they are not known, so that no page can be told to be unchanged
   */
  Optional<int[]> of(Extent extent) {
    return switch (extent) {
      case Extent.Zero _ -> Optional.empty();
      case Extent.Stored stored -> at(stored.place(), stored.rawBytes());
      case Extent.Patched patched ->
          patched.pageBytes() == pageSize.bytes() ? of(patched) : Optional.empty();
    };
  }

  private Optional<int[]> of(Extent.Patched patched) {
    Optional<int[]> base = at(patched.base().place(), patched.base().rawBytes());
    if (base.isEmpty()) {
      return base;
    }
    int[] hashes = Arrays.copyOf(base.get(), pageSize.pagesOf(patched.rawBytes()));
    for (Extent.Patch patch : patched.patches()) {
      long rawBytes = (long) patch.pages().count() * pageSize.bytes();
      Optional<int[]> above = at(patch.place(), rawBytes);
      if (above.isEmpty()) {
        return above;
      }
      int next = 0;
      for (int page = patch.pages().next(0); page >= 0; page = patch.pages().next(page + 1)) {
        hashes[page] = above.get()[next++];
      }
    }
    return Optional.of(hashes);
  }

  private Optional<int[]> at(Extent.Place place, long rawBytes) {
    return table(place.pack())
        .at(place.packOffset(), pageSize)
        .filter(hashes -> hashes.length == pageSize.pagesOf(rawBytes));
  }

  private PageHashes table(int pack) {
    Table table;
    synchronized (kept) {
      table = kept.computeIfAbsent(pack, _ -> new Table());
      if (kept.size() > TABLES_MAX) {
        kept.remove(kept.keySet().iterator().next());
      }
    }
    synchronized (table) {
      PageHashes hashes = table.hashes;
      if (hashes == null) {
        hashes = read(pack);
        table.hashes = hashes;
      }
      return hashes;
    }
  }

  /** Whether it holds; it is tried twice, since the way from the store may have spoiled it. */
  private boolean reads(String key, PageIndex.HashTable table, ByteBuffer bytes) {
    boolean holds = false;
    for (int attempt = 0; attempt < 2 && !holds; attempt++) {
      store.getRange(key, table.packOffset(), bytes.clear());
      holds = Sha256.of(bytes.flip()).equals(table.sha256());
    }
    return holds;
  }

  private PageHashes read(int pack) {
    PageIndex.HashTable table = tables.get(pack);
    if (table == null || table.storedBytes() > TABLE_BYTES_MAX) {
      return NO_HASHES;
    }
    String name = parent.packs().get(pack).name();
    ByteBuffer bytes = ByteBuffer.allocate(table.storedBytes());
    try {
      String key = new RepositoryLayout(parent.header().shard()).packKey(name);
      if (reads(key, table, bytes)) {
        ByteBuffer content = ByteBuffer.allocate(table.storedBytes());
        if (keys.open(name, table.packOffset(), bytes.rewind(), content).isEmpty()) {
          return PageHashes.decode(content.flip());
        }
      }
      LOG.warn("Page hashes do not hold, extents are stored anew pack={}", name);
    } catch (IllegalArgumentException e) {
      LOG.warn("Page hashes not readable, extents are stored anew pack={}", name, e);
    } catch (FailureException e) {
      switch (e.code()) {
        case OBJECT_MISSING, OBJECT_TOO_SHORT ->
            LOG.warn("Page hashes not there, extents are stored anew pack={}", name, e);
        default -> throw e;
      }
    }
    return NO_HASHES;
  }
}

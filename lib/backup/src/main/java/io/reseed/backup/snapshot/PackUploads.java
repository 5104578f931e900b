package io.reseed.backup.snapshot;

import io.reseed.backup.encryption.PackKeys;
import io.reseed.backup.format.Extent;
import io.reseed.backup.format.Manifest;
import io.reseed.backup.format.ManifestHeader;
import io.reseed.backup.format.PackEntry;
import io.reseed.backup.format.PageIndex;
import io.reseed.backup.format.RepositoryLayout;
import io.reseed.backup.format.Sha256;
import io.reseed.backup.store.ObjectInfo;
import io.reseed.backup.store.ObjectStore;
import io.reseed.fleet.BackupId;
import io.reseed.fleet.FailureCode;
import io.reseed.fleet.FailureException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The packs of one snapshot: numbers them, sends and confirms them, removes them when it fails. */
final class PackUploads {
  private static final Logger LOG = LoggerFactory.getLogger(PackUploads.class);

  private static final int PUTS_MAX = 2;

  private final ObjectStore store;
  private final RepositoryLayout layout;
  private final BackupId id;
  private final ManifestHeader header;
  private final String writerNonce;
  private final PackKeys keys;
  private final SnapshotProgress progress;
  private final int parentPacks;
  private final AtomicInteger numbers = new AtomicInteger();
  private final NavigableMap<Integer, PackEntry> begun = new ConcurrentSkipListMap<>();
  private final NavigableMap<Integer, PageIndex.HashTable> hashTables =
      new ConcurrentSkipListMap<>();
  private final LongAdder bytesSent = new LongAdder();

  /**
   * Who writes.
   *
   * @param nonce new for each run
   * @param keyId of this run's data key; null when nothing is encrypted
   * @param keys those of the parent's packs, of earlier runs and this one's
   * @param progress what earlier runs sent, and where it is noted what this one sends
   */
  record Writer(String nonce, @Nullable String keyId, PackKeys keys, SnapshotProgress progress) {
    /** The header as the manifest has it. */
    ManifestHeader header(ManifestHeader asked) {
      return keyId == null ? asked : asked.withKeyId(keyId);
    }
  }

  /** {@code parentPacks}: how many the parent has; those of earlier runs and ours come behind. */
  PackUploads(ObjectStore store, ManifestHeader header, Writer writer, int parentPacks) {
    this.store = store;
    this.layout = new RepositoryLayout(header.shard());
    this.id = header.id();
    this.header = writer.header(header);
    this.writerNonce = writer.nonce();
    this.keys = writer.keys();
    this.progress = writer.progress();
    this.parentPacks = parentPacks;
  }

  /** The number of a pack that will be sent: every one taken must be, for numbers have no gap. */
  int nextNumber() {
    return numbers.getAndIncrement();
  }

  /** The header that the manifest will have. */
  ManifestHeader header() {
    return header;
  }

  /** Encrypts what goes to a place of the pack of that number. */
  void seal(int number, long packOffset, ByteBuffer content, ByteBuffer target) {
    keys.seal(RepositoryLayout.packName(id, writerNonce, number), packOffset, content, target);
  }

  /** How much longer everything gets by that. */
  int overheadBytes() {
    return keys.overheadBytes();
  }

  /** Where extents find the pack of that number: behind the parent's and those of earlier runs. */
  int indexOf(int number) {
    return parentPacks + earlier().entries().size() + number;
  }

  /** What earlier runs sent. */
  EarlierPacks earlier() {
    return progress.packs();
  }

  /** Where an earlier run put exactly these raw bytes. */
  Optional<Extent.Place> findEarlier(Sha256 sha256, long rawBytes) {
    return earlier().find(sha256, rawBytes).map(place -> place.inPack(parentPacks + place.pack()));
  }

  /**
   * Sends the pack and asks the store for what it then has; only what it confirms is noted.
   *
   * @param hashBytes how many of its last bytes are its table of page hashes
   * @param parts the extents and patches in it
   */
  void upload(int number, ByteBuffer content, int hashBytes, List<Extent.Stored> parts) {
    String name = RepositoryLayout.packName(id, writerNonce, number);
    String key = layout.packKey(name);
    PackEntry entry = new PackEntry(name, content.remaining());
    begun.put(number, entry);
    String etag = confirmed(key, content);
    bytesSent.add(content.remaining());
    PageIndex.HashTable table = null;
    if (hashBytes > 0) {
      int offset = content.remaining() - hashBytes;
      Sha256 sha256 = Sha256.of(content.slice(offset, hashBytes));
      table = new PageIndex.HashTable(indexOf(number), offset, hashBytes, sha256);
      hashTables.put(number, table);
    }
    progress.confirmed(new ConfirmedPack(entry, etag, table, parts));
  }

  /** Puts it, a second time if the answer is not what the store then shows: it may be spoiled. */
  private String confirmed(String key, ByteBuffer content) {
    Optional<ObjectInfo> found = Optional.empty();
    for (int attempt = 0; attempt < PUTS_MAX; attempt++) {
      String etag = store.put(key, content);
      found = store.head(key);
      boolean same =
          found.isPresent()
              && found.get().sizeBytes() == content.remaining()
              && found.get().etag().equals(etag);
      if (same) {
        return etag;
      }
    }
    throw new FailureException(
        FailureCode.STORE_UNFIT,
        "pack " + key + " was accepted by the store, which now shows " + found,
        "Check the store: it loses or changes what is put.");
  }

  long bytesSent() {
    return bytesSent.sum();
  }

  /** All packs by number; complete once every worker has ended. */
  List<PackEntry> entries() {
    return List.copyOf(begun.values());
  }

  /** The tables of page hashes of all packs that have one, earlier runs' included. */
  List<PageIndex.HashTable> hashTables() {
    List<PageIndex.HashTable> all = new ArrayList<>();
    for (PageIndex.HashTable table : earlier().hashTables()) {
      int index = parentPacks + table.pack();
      all.add(
          new PageIndex.HashTable(index, table.packOffset(), table.storedBytes(), table.sha256()));
    }
    all.addAll(hashTables.values());
    return all;
  }

  /** Bytes of the packs of earlier runs that the manifest names. */
  long bytesOfEarlier(Manifest manifest) {
    Set<PackEntry> named = new HashSet<>(manifest.packs());
    return earlier().entries().stream()
        .filter(named::contains)
        .mapToLong(PackEntry::sizeBytes)
        .sum();
  }

  /** This run failed: removes what was sent unless a later one may need it. */
  void failed(FailureCode code) {
    if (!progress.outlives(code)) {
      discard();
      progress.givenUp();
    }
  }

  /** Another backup has our id. */
  void lost() {
    discard();
    progress.givenUp();
  }

  /** Removes what was sent, as far as the store lets us; the rest are orphans that harm nobody. */
  private void discard() {
    try {
      begun.values().forEach(pack -> store.delete(layout.packKey(pack.name())));
    } catch (FailureException e) {
      LOG.warn(
          "Packs of a failed snapshot left in the store shard={} backup={} writer={} cause={}",
          layout.shard(),
          id,
          writerNonce,
          e.getMessage());
    }
  }
}

package io.reseed.backup.snapshot;

import io.reseed.backup.BackupException;
import io.reseed.backup.FailureCode;
import io.reseed.backup.encryption.PackKeys;
import io.reseed.backup.format.BackupId;
import io.reseed.backup.format.ManifestHeader;
import io.reseed.backup.format.PackEntry;
import io.reseed.backup.format.PageIndex;
import io.reseed.backup.format.RepositoryLayout;
import io.reseed.backup.format.Sha256;
import io.reseed.backup.store.ObjectInfo;
import io.reseed.backup.store.ObjectStore;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The packs of one snapshot: numbers them, sends and confirms them, removes them when it fails. */
final class PackUploads {
  private static final Logger LOG = LoggerFactory.getLogger(PackUploads.class);

  private final ObjectStore store;
  private final RepositoryLayout layout;
  private final BackupId id;
  private final ManifestHeader header;
  private final String writerNonce;
  private final PackKeys keys;
  private final int firstIndex;
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
   * @param keys those of the parent's packs and this run's
   */
  record Writer(String nonce, @Nullable String keyId, PackKeys keys) {
    /** The header as the manifest has it. */
    ManifestHeader header(ManifestHeader asked) {
      return keyId == null ? asked : asked.withKeyId(keyId);
    }
  }

  /** {@code firstIndex}: how many packs the parent has, for ours come after them. */
  PackUploads(ObjectStore store, ManifestHeader header, Writer writer, int firstIndex) {
    this.store = store;
    this.layout = new RepositoryLayout(header.shard());
    this.id = header.id();
    this.header = writer.header(header);
    this.writerNonce = writer.nonce();
    this.keys = writer.keys();
    this.firstIndex = firstIndex;
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

  /** Where extents find the pack of that number: behind all of the parent's. */
  int indexOf(int number) {
    return firstIndex + number;
  }

  /**
   * Sends the pack and asks the store for what it then has.
   *
   * @param hashBytes how many of its last bytes are its table of page hashes
   */
  void upload(int number, ByteBuffer content, int hashBytes) {
    String name = RepositoryLayout.packName(id, writerNonce, number);
    String key = layout.packKey(name);
    begun.put(number, new PackEntry(name, content.remaining()));
    String etag = store.put(key, content);
    Optional<ObjectInfo> found = store.head(key);
    boolean confirmed =
        found.isPresent()
            && found.get().sizeBytes() == content.remaining()
            && found.get().etag().equals(etag);
    if (!confirmed) {
      throw new BackupException(
          FailureCode.STORE_UNFIT,
          "pack " + key + " was accepted by the store, which now shows " + found,
          "Check the store: it loses or changes what is put.");
    }
    bytesSent.add(content.remaining());
    if (hashBytes > 0) {
      int offset = content.remaining() - hashBytes;
      Sha256 sha256 = Sha256.of(content.slice(offset, hashBytes));
      hashTables.put(number, new PageIndex.HashTable(indexOf(number), offset, hashBytes, sha256));
    }
  }

  long bytesSent() {
    return bytesSent.sum();
  }

  /** All packs by number; complete once every worker has ended. */
  List<PackEntry> entries() {
    return List.copyOf(begun.values());
  }

  /** The tables of page hashes of all packs that have one. */
  List<PageIndex.HashTable> hashTables() {
    return List.copyOf(hashTables.values());
  }

  /** Removes what was sent, as far as the store lets us; the rest are orphans that harm nobody. */
  void discard() {
    try {
      begun.values().forEach(pack -> store.delete(layout.packKey(pack.name())));
    } catch (BackupException e) {
      LOG.warn(
          "Packs of a failed snapshot left in the store shard={} backup={} writer={} cause={}",
          layout.shard(),
          id,
          writerNonce,
          e.getMessage());
    }
  }
}

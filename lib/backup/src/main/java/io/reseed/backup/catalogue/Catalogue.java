package io.reseed.backup.catalogue;

import io.reseed.backup.catalogue.ListedBefore.Tags;
import io.reseed.backup.encryption.MasterKeys;
import io.reseed.backup.encryption.PackKeys;
import io.reseed.backup.format.Manifest;
import io.reseed.backup.format.ManifestCodec;
import io.reseed.backup.format.ManifestHeader;
import io.reseed.backup.format.RepositoryLayout;
import io.reseed.backup.format.Verdict;
import io.reseed.backup.format.VerdictCodec;
import io.reseed.backup.store.CheckedRead;
import io.reseed.backup.store.ObjectStore;
import io.reseed.backup.store.StoreProbe;
import io.reseed.fleet.BackupId;
import io.reseed.fleet.FailureClass;
import io.reseed.fleet.FailureCode;
import io.reseed.fleet.FailureException;
import io.reseed.fleet.ShardName;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads what backups are there and what is known about them; writes verdicts. */
public final class Catalogue {
  private static final Logger LOG = LoggerFactory.getLogger(Catalogue.class);
  private static final int PARALLELISM = 4;
  private static final int REMEMBERED_MAX = 20_000;
  private static final Pattern MANIFEST = Pattern.compile("([^/]+)/([^/]+)/backups/[^/]+/manifest");

  private final ObjectStore store;
  private final @Nullable MasterKeys masterKeys;
  private final ListedBefore before = new ListedBefore(REMEMBERED_MAX);

  /**
   * Uses the store without closing it. Nothing is said about whether an encrypted backup's key is
   * to be had: who only chooses among backups needs no keys, and is trusted with none.
   */
  public Catalogue(ObjectStore store) {
    this.store = store;
    this.masterKeys = null;
  }

  /** Lists an encrypted backup as unusable unless these keys open its own. */
  public Catalogue(ObjectStore store, MasterKeys masterKeys) {
    this.store = store;
    this.masterKeys = masterKeys;
  }

  /**
   * Does nothing when the store takes what is written.
   *
   * @throws FailureException as it refuses a small object
   */
  public void requireWritable() {
    StoreProbe.requireWritable(store);
  }

  /** Every shard that has a backup. Lists all objects of the store. */
  public NavigableSet<ShardName> shards() {
    NavigableSet<ShardName> shards = new TreeSet<>();
    store.list(
        "",
        info -> {
          Matcher matcher = MANIFEST.matcher(info.key());
          if (matcher.matches()) {
            shards.add(new ShardName(matcher.group(1), matcher.group(2)));
          }
        });
    return shards;
  }

  /**
   * Every backup of the shard, oldest first. Manifests and verdicts are read in parallel, and not
   * again while the store lists them with the same tags. One that cannot be read is listed as
   * unusable and hides no other; so is one whose verdict cannot be read, since that might have said
   * unhealthy.
   *
   * @throws FailureException only when the store cannot be reached or refuses us: an incomplete
   *     list is never returned
   */
  public List<ListedBackup> list(ShardName shard) {
    return list(shard, Set.of());
  }

  /**
   * As {@link #list(ShardName)}, for a caller who concludes something from what is not listed.
   *
   * @param expected backups that were there; each that is not listed is looked at by itself
   * @throws FailureException {@code STORE_UNREACHABLE}, too, when one of those is there: what
   *     leaves it out is no listing, and says nothing against any other backup
   */
  public List<ListedBackup> list(ShardName shard, Set<BackupId> expected) {
    NavigableMap<BackupId, Tags> backups = tags(shard);
    for (BackupId id : expected) {
      if (!backups.containsKey(id)) {
        requireGone(shard, id);
      }
    }
    List<Future<ListedBackup>> reads = new ArrayList<>();
    ExecutorService readers =
        Executors.newFixedThreadPool(PARALLELISM, Thread.ofVirtual().name("catalogue").factory());
    try {
      backups.forEach((id, tags) -> reads.add(readers.submit(() -> known(shard, id, tags))));
      List<ListedBackup> listed = new ArrayList<>();
      for (Future<ListedBackup> read : reads) {
        listed.add(outcome(read));
      }
      if (masterKeys == null) { // else a backup's own keys are opened each time
        before.keep(shard, backups, listed);
      }
      return listed;
    } finally {
      readers.shutdownNow();
    }
  }

  private void requireGone(ShardName shard, BackupId id) {
    String key = new RepositoryLayout(shard).manifestKey(id);
    if (store.head(key).isPresent()) {
      throw new FailureException(
          FailureCode.STORE_UNREACHABLE,
          "the store's listing of shard " + shard + " leaves out " + key + ", which is there",
          "Look at what is between this host and the store, and at the store's own health.");
    }
  }

  private ListedBackup known(ShardName shard, BackupId id, Tags tags) {
    return before
        .find(shard, id, tags)
        .<ListedBackup>map(found -> found)
        .orElseGet(() -> read(shard, id));
  }

  /**
   * One backup's manifest.
   *
   * @throws FailureException as {@link ManifestCodec#decode} does, or {@code BACKUP_MISSING}
   */
  public Manifest manifest(ShardName shard, BackupId id) {
    String key = new RepositoryLayout(shard).manifestKey(id);
    return CheckedRead.of(
            store,
            key,
            ManifestCodec.OBJECT_BYTES_MAX,
            object -> ManifestCodec.decode(object, shard, id))
        .orElseThrow(
            () ->
                new FailureException(
                    FailureCode.BACKUP_MISSING,
                    "shard " + shard + " has no backup " + id,
                    "List the shard's backups and take one of them."));
  }

  /**
   * The newest manifest that can be read; empty when there is none.
   *
   * @throws FailureException only when the store cannot be reached or refuses us
   */
  public Optional<Manifest> newest(ShardName shard) {
    for (BackupId id : tags(shard).descendingKeySet()) {
      try {
        return Optional.of(manifest(shard, id));
      } catch (FailureException e) {
        if (!isOfOneBackup(e)) {
          throw e;
        }
        LOG.info("Backup passed over shard={} backup={} reason={}", shard, id, e.getMessage());
      }
    }
    return Optional.empty();
  }

  private static boolean isOfOneBackup(FailureException e) {
    return e.failureClass() == FailureClass.BAD_BACKUP
        || e.code() == FailureCode.FORMAT_VERSION_UNKNOWN
        || e.code() == FailureCode.HEAP_TOO_SMALL
        || e.code() == FailureCode.KEY_UNKNOWN
        || e.code() == FailureCode.KEY_WRONG;
  }

  /**
   * What is known about a backup; empty when nothing was recorded.
   *
   * @throws FailureException as {@link VerdictCodec#decode} does
   */
  public Optional<Verdict> verdict(ShardName shard, BackupId id) {
    String key = new RepositoryLayout(shard).verdictKey(id);
    return CheckedRead.of(
        store,
        key,
        VerdictCodec.OBJECT_BYTES_MAX,
        object -> VerdictCodec.decode(object, shard, id));
  }

  /**
   * Records a verdict, replacing an earlier one. May be repeated.
   *
   * @throws FailureException {@code BACKUP_MISSING} when there is no such backup
   */
  public void record(ShardName shard, BackupId id, Verdict verdict) {
    RepositoryLayout layout = new RepositoryLayout(shard);
    if (store.head(layout.manifestKey(id)).isEmpty()) {
      throw new FailureException(
          FailureCode.BACKUP_MISSING,
          "shard " + shard + " has no backup " + id + " to record a verdict for",
          "Check the id.");
    }
    store.put(layout.verdictKey(id), ByteBuffer.wrap(VerdictCodec.encode(shard, id, verdict)));
  }

  /**
   * Wraps the keys of one backup with the current master key. Its packs and its manifest stay as
   * they are. Once that was done for all backups, the older master keys are needed no more. May be
   * repeated; does nothing for one that is not encrypted.
   *
   * @throws FailureException {@code KEY_UNKNOWN}, {@code KEY_WRONG}, {@code KEYS_CORRUPT}; those of
   *     reading a manifest
   */
  public void rewrapKeys(ShardName shard, BackupId id) {
    PackKeys.rewrap(store, manifest(shard, id), masterKeys == null ? MasterKeys.NONE : masterKeys);
  }

  /** The backups that are there, with the tags of what is known about them. */
  private NavigableMap<BackupId, Tags> tags(ShardName shard) {
    RepositoryLayout layout = new RepositoryLayout(shard);
    Map<BackupId, String> manifests = new HashMap<>();
    Map<BackupId, String> verdicts = new HashMap<>();
    store.list(
        layout.backupsPrefix(),
        info -> {
          layout.manifestOf(info.key()).ifPresent(id -> manifests.put(id, info.etag()));
          layout.verdictOf(info.key()).ifPresent(id -> verdicts.put(id, info.etag()));
        });
    NavigableMap<BackupId, Tags> tags = new TreeMap<>();
    manifests.forEach(
        (id, tag) -> tags.put(id, new Tags(tag, Optional.ofNullable(verdicts.get(id)))));
    return tags;
  }

  private ListedBackup read(ShardName shard, BackupId id) {
    try {
      Summary summary = summary(shard, id); // no more of it: a manifest may take much memory
      return new ListedBackup.Usable(
          summary.header(), summary.rawBytes(), summary.storedBytes(), verdict(shard, id));
    } catch (FailureException e) {
      if (!isOfOneBackup(e)) {
        throw e;
      }
      return new ListedBackup.Unusable(id, e);
    }
  }

  private record Summary(ManifestHeader header, long rawBytes, long storedBytes) {}

  private Summary summary(ShardName shard, BackupId id) {
    Manifest manifest = manifest(shard, id);
    if (masterKeys != null) {
      PackKeys.open(store, manifest, masterKeys);
    }
    return new Summary(manifest.header(), manifest.rawBytes(), manifest.storedBytes());
  }

  private static ListedBackup outcome(Future<ListedBackup> read) {
    try {
      return read.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FailureException(
          FailureCode.CANCELLED, "listing backups was interrupted", "Try again.", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof FailureException failure) {
        throw failure;
      }
      throw new FailureException(
          FailureCode.INTERNAL, "listing backups failed", "Report this as a bug.", e);
    }
  }
}

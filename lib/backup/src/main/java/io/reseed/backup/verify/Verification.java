package io.reseed.backup.verify;

import io.reseed.backup.JobMonitor;
import io.reseed.backup.catalogue.Catalogue;
import io.reseed.backup.encryption.MasterKeys;
import io.reseed.backup.encryption.PackKeys;
import io.reseed.backup.format.Manifest;
import io.reseed.backup.format.RepositoryLayout;
import io.reseed.backup.store.ObjectStore;
import io.reseed.backup.verify.VerifyReport.BadPack;
import io.reseed.backup.verify.VerifyReport.Unreadable;
import io.reseed.fleet.BackupId;
import io.reseed.fleet.FailureClass;
import io.reseed.fleet.FailureCode;
import io.reseed.fleet.FailureException;
import io.reseed.fleet.ShardName;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads backups from the store, decrypts and hashes them, and checks the pages of their
 * tablespaces; needs no server and no disk, and changes nothing. Tables of page hashes are not
 * looked at: no restore needs them, and a writer checks them itself.
 */
public final class Verification {
  private static final Logger LOG = LoggerFactory.getLogger(Verification.class);

  private final ObjectStore store;
  private final MasterKeys masterKeys;
  private final VerifyOptions options;
  private final Catalogue catalogue;

  /** Uses the store without closing it. */
  public Verification(ObjectStore store, MasterKeys masterKeys, VerifyOptions options) {
    this.store = store;
    this.masterKeys = masterKeys;
    this.options = options;
    this.catalogue = new Catalogue(store, masterKeys);
  }

  /** Every shard that has a backup. Lists all objects of the store. */
  public NavigableSet<ShardName> shards() {
    return catalogue.shards();
  }

  /**
   * All of one backup, put together as a restore does it: each extent and patch is hashed by itself
   * and again as patched, then its pages are checked. What is bad is looked for in the shard's
   * other backups, too.
   *
   * @throws FailureException {@code BACKUP_MISSING}; {@code STORE_UNREACHABLE} and the like; {@code
   *     CANCELLED}. Never for what is wrong with a backup.
   */
  public VerifyReport backup(ShardName shard, BackupId id, JobMonitor monitor) {
    VerifyPlan plan = new VerifyPlan(Share.ALL, true);
    List<Unreadable> unreadable = new ArrayList<>();
    if (store.head(new RepositoryLayout(shard).manifestKey(id)).isEmpty()) {
      throw new FailureException(
          FailureCode.BACKUP_MISSING,
          "shard " + shard + " has no backup " + id,
          "List the shard's backups and take one of them.");
    }
    add(plan, shard, id, unreadable);
    return run(plan, 1, unreadable, monitor);
  }

  /**
   * A share of all packs that backups of these shards need: every extent and patch in them is
   * hashed, and those of its pages are checked that count in some backup. What is patched is not
   * put together. Where it takes a file's first page to tell how the others look, that is read from
   * another share.
   *
   * @throws FailureException as {@link #backup}
   */
  public VerifyReport share(Collection<ShardName> shards, Share share, JobMonitor monitor) {
    VerifyPlan plan = new VerifyPlan(share, false);
    List<Unreadable> unreadable = new ArrayList<>();
    long backups = 0;
    for (ShardName shard : shards) {
      // newest first: what has changed since then is looked at for the older ones
      for (BackupId id : ids(shard).reversed()) {
        backups += add(plan, shard, id, unreadable) ? 1 : 0;
      }
    }
    return run(plan, backups, unreadable, monitor);
  }

  private boolean add(VerifyPlan plan, ShardName shard, BackupId id, List<Unreadable> unreadable) {
    try {
      Manifest manifest = catalogue.manifest(shard, id);
      PackKeys keys = PackKeys.open(store, manifest, masterKeys);
      plan.add(new OpenedBackup(shard, id, manifest.packs(), keys), manifest);
      // one that cannot be read keeps the backup from being used
      catalogue.verdict(shard, id);
      return true;
    } catch (FailureException e) {
      return note(shard, id, e, unreadable);
    }
  }

  private VerifyReport run(
      VerifyPlan plan, long backups, List<Unreadable> unreadable, JobMonitor monitor) {
    VerifyRun run = new VerifyRun(store, plan.tasks(options.readBytesMax()), options);
    Findings findings = run.run(monitor);
    List<BadPack> badPacks = badPacks(findings, unreadable);
    VerifyReport.Counts counts =
        new VerifyReport.Counts(
            backups, plan.packCount(), plan.partCount(), run.bytesRead(), findings.pagesChecked());
    LOG.info(
        "Verified backups={} packs={} parts={} bytesRead={} pages={} unreadable={} badPacks={}",
        counts.backups(),
        counts.packs(),
        counts.parts(),
        counts.bytesRead(),
        counts.pages(),
        unreadable.size(),
        badPacks.size());
    return new VerifyReport(counts, unreadable, badPacks);
  }

  private List<BadPack> badPacks(Findings findings, List<Unreadable> unreadable) {
    TouchSearch search = new TouchSearch(findings.faults());
    for (ShardName shard : search.shards()) {
      for (BackupId id : ids(shard)) {
        try {
          search.look(catalogue.manifest(shard, id));
        } catch (FailureException e) {
          boolean known =
              unreadable.stream()
                  .anyMatch(it -> it.backup().equals(id) && it.shard().equals(shard));
          if (!known) {
            note(shard, id, e, unreadable);
          }
        }
      }
    }
    return search.badPacks();
  }

  private static boolean note(
      ShardName shard, BackupId id, FailureException failure, List<Unreadable> unreadable) {
    boolean ofThisBackup =
        failure.failureClass() == FailureClass.BAD_BACKUP
            || failure.code() == FailureCode.FORMAT_VERSION_UNKNOWN
            || failure.code() == FailureCode.HEAP_TOO_SMALL
            || failure.code() == FailureCode.KEY_UNKNOWN
            || failure.code() == FailureCode.KEY_WRONG;
    if (!ofThisBackup) {
      throw failure;
    }
    // deleted since it was listed
    if (failure.code() != FailureCode.BACKUP_MISSING) {
      unreadable.add(
          new Unreadable(shard, id, failure.code(), String.valueOf(failure.getMessage())));
    }
    return false;
  }

  private List<BackupId> ids(ShardName shard) {
    RepositoryLayout layout = new RepositoryLayout(shard);
    NavigableSet<BackupId> ids = new TreeSet<>();
    store.list(layout.backupsPrefix(), info -> layout.manifestOf(info.key()).ifPresent(ids::add));
    return new ArrayList<>(ids);
  }
}

package io.reseed.system;

import io.reseed.backup.catalogue.Catalogue;
import io.reseed.backup.catalogue.ListedBackup;
import io.reseed.backup.format.Manifest;
import io.reseed.backup.format.RepositoryLayout;
import io.reseed.backup.format.Verdict;
import io.reseed.backup.store.ObjectStore;
import io.reseed.backup.store.S3Store;
import io.reseed.backup.store.StoreSettings;
import io.reseed.fleet.BackupId;
import io.reseed.fleet.ShardName;
import io.reseed.installation.Installation;
import io.reseed.testkit.S3Front;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What the object store holds of one shard, read by the library and not by any service. */
final class ShardRepository implements AutoCloseable {
  private static final int OBJECT_BYTES_MAX = 1 << 29;
  private static final Duration RETRY_BUDGET = Duration.ofSeconds(10);

  private final ShardName shard;
  private final ObjectStore store;

  ShardRepository(S3Front front, ShardName shard) {
    this.shard = shard;
    this.store =
        S3Store.open(
            new StoreSettings(
                front.endpoint(),
                front.region(),
                Installation.BUCKET,
                "",
                new StoreSettings.Credentials(front.accessKey(), front.secretKey()),
                true,
                StoreSettings.Client.defaults().withRetryBudget(RETRY_BUDGET)));
  }

  ShardName shard() {
    return shard;
  }

  ObjectStore store() {
    return store;
  }

  RepositoryLayout layout() {
    return new RepositoryLayout(shard);
  }

  /** Every backup that has a manifest, oldest first, usable or not. */
  List<ListedBackup> list() {
    return new Catalogue(store).list(shard);
  }

  Manifest manifest(BackupId backup) {
    return new Catalogue(store).manifest(shard, backup);
  }

  /** Empty while nothing was found out about the backup. */
  Optional<Verdict.Outcome> verdict(BackupId backup) {
    return new Catalogue(store).verdict(shard, backup).map(Verdict::outcome);
  }

  /** An object's bytes, which must be there. */
  byte[] bytes(String key) {
    return store
        .get(key, OBJECT_BYTES_MAX)
        .orElseThrow(() -> new IllegalStateException("the store has no " + key));
  }

  void replace(String key, byte[] content) {
    store.put(key, ByteBuffer.wrap(content));
  }

  @Override
  public void close() {
    store.close();
  }
}

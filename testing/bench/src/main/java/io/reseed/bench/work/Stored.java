package io.reseed.bench.work;

import io.reseed.backup.encryption.LocalMasterKeys;
import io.reseed.backup.encryption.MasterKeys;
import io.reseed.backup.store.Bandwidth;
import io.reseed.backup.store.ObjectStore;
import io.reseed.bench.peer.Bucket;
import io.reseed.fleet.ShardName;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Reseed's repository below a prefix of its own in the bucket. */
final class Stored implements AutoCloseable {
  static final ShardName SHARD = new ShardName("bench", "0");

  private final Bucket bucket;
  private final String prefix;
  private final ObjectStore store;
  private final Repository repository;

  private Stored(Bucket bucket, String prefix, MasterKeys keys, Bandwidth line) {
    this.bucket = bucket;
    this.prefix = prefix;
    store = line.within(bucket.open(prefix));
    repository = new Repository(store, keys);
  }

  static Stored plain(Bucket bucket, String prefix) {
    return new Stored(bucket, prefix, MasterKeys.NONE, Bandwidth.unlimited());
  }

  /** Not encrypted, and as far away as a line of so many bytes a second in each direction. */
  static Stored across(Bucket bucket, String prefix, long bytesPerSecond) {
    return new Stored(
        bucket, prefix, MasterKeys.NONE, new Bandwidth(bytesPerSecond, bytesPerSecond));
  }

  static Stored encrypted(Bucket bucket, String prefix) {
    String key =
        Base64.getEncoder()
            .encodeToString("32 bytes for nothing but figures".getBytes(StandardCharsets.US_ASCII));
    return new Stored(bucket, prefix, LocalMasterKeys.parse("bench " + key), Bandwidth.unlimited());
  }

  Bucket bucket() {
    return bucket;
  }

  String prefix() {
    return prefix;
  }

  ObjectStore store() {
    return store;
  }

  Repository repository() {
    return repository;
  }

  @Override
  public void close() {
    store.close();
  }
}

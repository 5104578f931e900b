package io.reseed.validator.proof;

import io.reseed.backup.encryption.MasterKeys;
import io.reseed.backup.store.ObjectStore;
import io.reseed.fleet.FailureCode;
import io.reseed.fleet.FailureException;
import io.reseed.fleet.ShardName;
import io.reseed.mysql.server.LocalServer;
import io.reseed.mysql.server.MysqlTree;
import io.reseed.validator.failure.Failures;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.random.RandomGenerator;

/** What every step of a proof works on and with. */
public record ProofWork(ProofHost host, Means means, ProofControl control) {

  /**
   * The object store with the backups, and what encrypts and decrypts them.
   *
   * @param encryptionMayEnd whether a backup without encryption may follow an encrypted one
   */
  public record Repository(ObjectStore store, MasterKeys keys, boolean encryptionMayEnd) {}

  /** What it works with; shared by all proofs of a host. */
  public record Means(
      Repository repository, MysqlTree mysql, InstantSource clock, RandomGenerator random) {}

  ObjectStore store() {
    return means.repository().store();
  }

  MasterKeys masterKeys() {
    return means.repository().keys();
  }

  /** The shard as the repository names it. */
  ShardName shard() {
    return new ShardName(
        control.assignment().shard().cluster(), control.assignment().shard().shard());
  }

  ProofHost.Accounts accounts() {
    String cluster = control.assignment().shard().cluster();
    ProofHost.Accounts accounts = host.accounts().get(cluster);
    if (accounts == null) {
      throw Failures.accountMissing(cluster, "agent");
    }
    return accounts;
  }

  /** The dedicated server, which the restore-service made. */
  LocalServer server(ProofJob job) {
    return LocalServer.adopt(host.serverDirectory(job.id()), means.mysql())
        .orElseThrow(
            () ->
                serverLost(
                    "The folder %s holds no server any longer."
                        .formatted(host.serverDirectory(job.id()))));
  }

  static FailureException serverLost(String message) {
    return new FailureException(
        FailureCode.SERVER_LOST,
        message,
        "Did somebody remove it? Another attempt makes a new one.");
  }

  /** Between two tries of something. */
  void pause() throws InterruptedException {
    Thread.sleep(host.bounds().retryInterval());
  }

  Instant now() {
    return means.clock().instant();
  }

  long millisSince(Instant begun) {
    return Math.max(0, Duration.between(begun, now()).toMillis());
  }
}

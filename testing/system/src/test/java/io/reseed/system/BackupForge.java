package io.reseed.system;

import io.reseed.backup.JobMonitor;
import io.reseed.backup.encryption.MasterKeys;
import io.reseed.backup.format.Manifest;
import io.reseed.backup.format.ManifestHeader;
import io.reseed.backup.format.RootedPath;
import io.reseed.backup.restore.Restore;
import io.reseed.backup.restore.RestoreJob;
import io.reseed.backup.restore.RestoreOptions;
import io.reseed.backup.snapshot.SnapshotOptions;
import io.reseed.backup.snapshot.SnapshotSource;
import io.reseed.backup.snapshot.SnapshotWriter;
import io.reseed.fleet.BackupId;
import io.reseed.fleet.ServerAddress;
import io.reseed.installation.Installation;
import io.reseed.mysql.Credentials;
import io.reseed.mysql.MysqlSession;
import io.reseed.mysql.gtid.GtidSet;
import io.reseed.mysql.server.ColdCopy;
import io.reseed.mysql.server.LocalServer;
import io.reseed.mysql.server.MysqlTree;
import io.reseed.mysql.server.ServerPaths;
import io.reseed.mysql.server.ServerSpec;
import io.reseed.testkit.MysqlFleet;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Makes backups of files that something is wrong with, as a broken host would: every pack hashes
 * right and the manifest is whole, so that only a look into the files, or what a server does with
 * them, tells. A forged backup has no verdict.
 */
final class BackupForge {
  private static final Duration TIMEOUT = Duration.ofMinutes(1);
  private static final int SERVER_ID = 77;
  private static final int BUFFER_POOL_MEGABYTES = 64;
  private static final int REDO_BYTES = 8 << 20;

  private final ShardRepository repository;
  private final MysqlFleet fleet;
  private final MasterKeys masterKeys;
  private final Path folder;
  private final SecureRandom random = new SecureRandom();
  private int count;

  /**
   * Works with backups of one shard.
   *
   * @param folder for restored copies, which are removed when the forged backup is written
   */
  BackupForge(ShardRepository repository, Installation installation, Path folder) {
    this.repository = repository;
    this.fleet = installation.fleet();
    this.masterKeys = installation.masterKeys();
    this.folder = folder;
  }

  /**
   * What is forged from.
   *
   * @param backup that is copied
   * @param madeAt when the copy says that it was made, which is its place among the backups
   */
  record Origin(BackupId backup, Instant madeAt) {}

  /** What was done to a restored copy, and which of its files are the backup. */
  private record Changed(Predicate<RootedPath> wanted, GtidSet gtidExecuted) {}

  /** A whole copy with nothing wrong in it, all of whose packs are its own. */
  BackupId copy(Origin origin) {
    return ofFiles(origin, _ -> {});
  }

  /** A copy of the backup with files changed while no server runs on them. */
  BackupId ofFiles(Origin origin, Consumer<Path> change) {
    BackupId from = origin.backup();
    return forge(
        origin,
        server -> {
          change.accept(server.dataDirectory());
          return new Changed(_ -> true, repository.manifest(from).header().gtidExecuted());
        });
  }

  /** A copy of the backup in which somebody ran statements on a writable server. */
  BackupId ofStatements(Origin origin, List<String> statements) {
    return forge(
        origin,
        server -> {
          server.start(TIMEOUT);
          Changed changed = run(server, statements);
          server.stopCleanly(TIMEOUT);
          server.proveCleanStop();
          return changed;
        });
  }

  private Changed run(LocalServer server, List<String> statements) {
    Credentials admin = fleet.accounts().admin();
    try (MysqlSession session = server.open(admin)) {
      statements.forEach(session::execute);
      session.execute("SET GLOBAL innodb_redo_log_capacity = " + REDO_BYTES);
      ServerPaths paths = ServerPaths.ask(session);
      Path data = server.dataDirectory();
      return new Changed(
          file -> paths.place(data.resolve(file.path())) instanceof ColdCopy.Placement.Copied,
          session.gtidExecuted());
    }
  }

  private interface Change {
    Changed apply(LocalServer server);
  }

  private BackupId forge(Origin origin, Change change) {
    count++;
    ServerAddress address = fleet.nextAddress();
    Path directory = folder.resolve("forged-" + count);
    LocalServer server =
        LocalServer.create(
            ServerSpec.of(directory, address, SERVER_ID, BUFFER_POOL_MEGABYTES)
                .withSettings(fleet.tlsOptions()),
            MysqlTree.locate());
    try {
      Map<String, Path> roots = new HashMap<>();
      roots.put(ServerPaths.DATA, server.dataDirectory());
      RestoreJob job =
          new RestoreJob(
              repository.shard(), origin.backup(), roots, folder.resolve("job-" + count));
      Manifest manifest =
          new Restore(repository.store(), RestoreOptions.defaults(), masterKeys)
              .run(job, JobMonitor.SILENT)
              .manifest();
      Changed changed = change.apply(server);
      SnapshotSource source = SnapshotSource.scan(roots, changed.wanted());
      ManifestHeader header = header(manifest.header(), origin.madeAt(), changed);
      new SnapshotWriter(repository.store(), SnapshotOptions.defaults(), random, masterKeys)
          .write(header, source, JobMonitor.SILENT);
      return header.id();
    } finally {
      server.destroy();
    }
  }

  private ManifestHeader header(ManifestHeader from, Instant madeAt, Changed changed) {
    return new ManifestHeader(
        BackupId.create(madeAt, random),
        from.shard(),
        madeAt,
        from.mysqlVersion(),
        from.settings(),
        changed.gtidExecuted(),
        from.gtidPurged(),
        from.sourceServerUuid(),
        from.id(),
        null);
  }
}

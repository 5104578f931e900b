package io.reseed.restore;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.agent.JobControl;
import io.reseed.agent.JobId;
import io.reseed.backup.JobMonitor;
import io.reseed.backup.encryption.MasterKeys;
import io.reseed.backup.format.Manifest;
import io.reseed.backup.format.ManifestHeader;
import io.reseed.backup.format.MysqlVersion;
import io.reseed.backup.snapshot.PageInspection;
import io.reseed.backup.snapshot.SnapshotOptions;
import io.reseed.backup.snapshot.SnapshotParent;
import io.reseed.backup.snapshot.SnapshotRequest;
import io.reseed.backup.snapshot.SnapshotResult;
import io.reseed.backup.snapshot.SnapshotSource;
import io.reseed.backup.snapshot.SnapshotWriter;
import io.reseed.backup.store.Bandwidth;
import io.reseed.backup.store.ObjectStore;
import io.reseed.events.SeedingOrigin;
import io.reseed.events.SeedingPurpose;
import io.reseed.fleet.BackupId;
import io.reseed.fleet.ServerAddress;
import io.reseed.mysql.MysqlSession;
import io.reseed.mysql.check.ServerLogin;
import io.reseed.mysql.check.TableCheck;
import io.reseed.mysql.check.TableName;
import io.reseed.mysql.check.Tables;
import io.reseed.mysql.gtid.GtidSet;
import io.reseed.mysql.server.LocalServer;
import io.reseed.mysql.server.MysqlTree;
import io.reseed.mysql.server.ServerPaths;
import io.reseed.testkit.FleetAccounts;
import io.reseed.testkit.MysqlExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** A server, made by a test or restored, on its way into a backup and back. */
record OddServer(LocalServer local, FleetAccounts accounts) {
  static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final List<String> SETTINGS =
      List.of("innodb_page_size", "lower_case_table_names", "innodb_checksum_algorithm");
  private static final RestorePolicy POLICY =
      new RestorePolicy(PATIENCE, 1, 192, PATIENCE, PATIENCE, PATIENCE, 0, PATIENCE, PATIENCE);
  private static final Random RANDOM = new Random();

  /** A backup as it was committed, with what was true of its server. */
  record Backup(SnapshotResult result, PageInspection.Count pages, Map<TableName, String> sums) {
    Manifest manifest() {
      return result.manifest();
    }
  }

  MysqlSession open() {
    return local.open(accounts.admin());
  }

  void run(List<String> statements) {
    try (MysqlSession session = open()) {
      statements.forEach(session::execute);
    }
  }

  /** Every table of users with CHECKSUM TABLE. */
  Map<TableName, String> sums() {
    Map<TableName, String> sums = new TreeMap<>();
    try (MysqlSession session = open()) {
      for (TableName table : Tables.all(session)) {
        if (!Set.of("mysql", "sys").contains(table.schema())) {
          sums.put(
              table, session.query("CHECKSUM TABLE " + table.quoted()).getFirst().text("Checksum"));
        }
      }
    }
    assertThat(sums.values()).doesNotContain("");
    return sums;
  }

  /** CHECK TABLE of all. */
  void check() {
    List<TableName> tables;
    try (MysqlSession session = open()) {
      tables = Tables.all(session);
    }
    try (TableCheck check =
        new TableCheck(
            new ServerLogin(local.address(), accounts.agent().onOwnServer()), PATIENCE)) {
      for (TableName table : tables) {
        assertThat(check.check(table))
            .as("%s", table)
            .isNotInstanceOfAny(
                TableCheck.Outcome.Corrupt.class, TableCheck.Outcome.Unfinished.class);
      }
    }
  }

  /** Stops it cleanly and makes a backup of its files, as a backup host does. */
  Backup backUp(ObjectStore store, @Nullable Manifest parent) {
    return backUp(store, parent, sums());
  }

  Backup backUp(ObjectStore store, @Nullable Manifest parent, Map<TableName, String> sums) {
    ServerPaths paths;
    ManifestHeader header;
    try (MysqlSession session = local.open(accounts.agent())) {
      shrinkRedo(session);
      paths = ServerPaths.ask(session);
      Map<String, String> settings = new TreeMap<>(paths.settings());
      for (String name : SETTINGS) {
        settings.put(name, session.queryValue("SELECT @@global." + name).orElseThrow());
      }
      header = header(session, settings, parent);
    }
    local.stopCleanly(PATIENCE);
    local.proveCleanStop();
    PageInspection pages = new PageInspection();
    SnapshotParent before = parent == null ? null : new SnapshotParent(parent, Set.of());
    SnapshotSource files =
        SnapshotSource.scanNested(paths.roots(), file -> paths.copies(file.root(), file.path()));
    SnapshotResult result =
        new SnapshotWriter(store, SnapshotOptions.defaults(), RANDOM)
            .write(new SnapshotRequest(header, files, pages, before), JobMonitor.SILENT);
    return new Backup(result, pages.checked(), sums);
  }

  /** Waits for it, as a backup host does: a shutdown while the log is resized may take for ever. */
  private static void shrinkRedo(MysqlSession session) {
    session.execute("SET GLOBAL innodb_redo_log_capacity = 8388608");
    Awaitility.await()
        .atMost(PATIENCE)
        .until(
            () ->
                session.query("SHOW GLOBAL STATUS LIKE 'Innodb_redo_log_capacity_resized'").stream()
                    .allMatch(row -> row.number("Value") <= 8_388_608));
  }

  private static ManifestHeader header(
      MysqlSession session, Map<String, String> settings, @Nullable Manifest parent) {
    return new ManifestHeader(
        BackupId.create(Instant.now(), RANDOM),
        Stage.SHARD,
        Instant.now(),
        MysqlVersion.parse("9.7.4"),
        settings,
        session.gtidExecuted(),
        GtidSet.EMPTY,
        UUID.fromString(session.serverUuid()),
        parent == null ? null : parent.header().id(),
        null);
  }

  /**
   * Restores a backup as the service's worker does, on a host of its own; the server does not run
   * yet.
   */
  static OddServer restore(ObjectStore store, Backup backup, Host host, FleetAccounts accounts)
      throws Exception {
    HostProfile profile = host.profile();
    Servers servers = host.servers(accounts);
    String backupId = backup.manifest().header().id().text();
    Job job = job(new SeedingOrigin.Backup(backupId));
    JobState.Copy copy =
        new BackupFetch(
                servers,
                new HostDisk(profile),
                new BackupFetch.Repository(store, MasterKeys.NONE, Bandwidth.unlimited()),
                POLICY)
            .run(job, host.slot(), backupId, host.folder().resolve("jobs"), new JobControl<>(null));
    assertThat(copy.bytesWritten()).isEqualTo(backup.manifest().rawBytes());
    return new OddServer(servers.require(job.id()), accounts);
  }

  /** Clones this server as the service's worker does; the clone does not run yet. */
  OddServer cloneTo(Host host) throws InterruptedException {
    ServerAddress donor = local.address();
    Job job = job(new SeedingOrigin.Donor(donor));
    Servers servers = host.servers(accounts);
    new DonorFetch(servers, new HostDisk(host.profile()), POLICY)
        .run(job, host.slot(), donor, new JobControl<>(null));
    return new OddServer(servers.require(job.id()), accounts);
  }

  private static Job job(SeedingOrigin origin) {
    return new Job(
        new JobId("odd", 1),
        Stage.SHARD,
        SeedingPurpose.REPLICA,
        origin,
        0,
        new JobState.Accepted());
  }

  /** Where a server is restored, and by which MySQL. */
  record Host(Path folder, ServerAddress address, MysqlTree tree, Map<String, String> tlsOptions) {
    /** One of a fleet's addresses, with a folder beside the servers'. */
    static Host of(MysqlExtension mysql, String name) throws IOException {
      Path folder = Files.createDirectories(mysql.fleet().folder().resolve(name));
      return new Host(
          folder, mysql.fleet().nextAddress(), mysql.fleet().tree(), mysql.fleet().tlsOptions());
    }

    private HostProfile profile() {
      return SmallHost.of(address, folder, new HostMemory(64));
    }

    private Servers servers(FleetAccounts accounts) {
      return new Servers(
          profile(),
          tree,
          Map.of(
              Stage.SHARD.cluster(),
              new Servers.Cluster(accounts.agent(), accounts.donor(), tlsOptions)));
    }

    private JobState.Slot slot() {
      return new JobState.Slot(address.port(), 4_711);
    }

    Host with(MysqlTree other) {
      return new Host(folder, address, other, tlsOptions);
    }
  }

  /** No file below this folder is open in the running server. */
  void assertNothingOpenBelow(Path folder) throws IOException {
    Path descriptors = Path.of("/proc/%d/fd".formatted(local.processId().orElseThrow()));
    try (Stream<Path> open = Files.list(descriptors)) {
      for (Path descriptor : open.toList()) {
        Path target;
        try {
          target = Files.readSymbolicLink(descriptor);
        } catch (NoSuchFileException closedMeanwhile) {
          continue;
        }
        assertThat(target.startsWith(folder)).as("%s", target).isFalse();
      }
    }
  }

  /** Starts it and holds it against its backup. */
  void startAndCompare(Backup backup) {
    local.start(PATIENCE);
    assertThat(sums()).isEqualTo(backup.sums());
    try (MysqlSession session = open()) {
      assertThat(session.gtidExecuted()).isEqualTo(backup.manifest().header().gtidExecuted());
    }
  }
}

package io.reseed.system;

import io.reseed.backup.catalogue.ListedBackup;
import io.reseed.events.BackupCreated;
import io.reseed.events.BackupRestored;
import io.reseed.events.HostStatus;
import io.reseed.events.ProofAssigned.Goal;
import io.reseed.events.SeedingAssigned;
import io.reseed.events.SeedingFailed;
import io.reseed.events.SeedingProgress;
import io.reseed.events.SeedingStage;
import io.reseed.fleet.BackupId;
import io.reseed.installation.Installation;
import io.reseed.installation.SpareHost;
import io.reseed.mysql.MysqlSession;
import io.reseed.mysql.server.LocalServer;
import io.reseed.testkit.SmallDisk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** Faults that strike while a cycle is in flight, each at its moment. */
final class CycleFaults {
  private static final Duration POLL = Duration.ofMillis(2);

  /** What cannot be compressed takes a second for each, at the slowest limit. */
  private static final int NOISE_MEGABYTES = 6;

  private final Site site;
  private final LiveShard shard;
  private final BackupLine line;
  private final RepositoryTampering tampering;
  private final List<LocalServer> killed = new ArrayList<>();

  CycleFaults(Site site, LiveShard shard, BackupLine line, RepositoryTampering tampering) {
    this.site = site;
    this.shard = shard;
    this.line = line;
    this.tampering = tampering;
  }

  /** Gives back all room and all bandwidth, and starts what was killed. */
  void mend() {
    site.hurryProofs();
    giveRoomBack();
    killed.forEach(server -> server.start(Site.PATIENCE));
    killed.clear();
  }

  BackupId standstill(BackupId healthy) {
    Instant since = Instant.now();
    BackupRestored restored = restoredAndNotAttached(since);
    try (MysqlSession _ = locked(restored)) {
      awaitFailed(since);
    }
    return healthy;
  }

  /** The detector stands still meanwhile, or it finds the death before the replica tells of it. */
  BackupId sourceDies(BackupId healthy) {
    Instant since = Instant.now();
    BackupRestored restored = restoredAndNotAttached(since);
    try (MysqlSession _ = locked(restored)) {
      SeedingAssigned assigned = line.awaitMaking(since);
      LocalServer source = site.mysqlds().at(assigned.source());
      killed.add(source);
      site.whileFrozen(
          List.of(Site.DETECTOR),
          () -> {
            source.kill();
            site.await(
                SeedingProgress.class,
                since,
                progress ->
                    progress.seeding().equals(restored.seeding())
                        && String.valueOf(progress.note()).startsWith("REPLICATION_NETWORK: "));
          });
    }
    return healthy;
  }

  BackupId hostDiesInCatchUp(BackupId healthy) {
    Instant since = Instant.now();
    BackupRestored restored = restoredAndNotAttached(since);
    killHost(restored);
    site.thaw(List.of(Site.CATCH_UP));
    return healthy;
  }

  BackupId hostDiesInSnapshot(BackupId healthy) {
    Instant since = Instant.now();
    requestSlowProof();
    BackupRestored restored = line.awaitRestored(since);
    line.awaitProof(since, Goal.SNAPSHOT);
    killHost(restored);
    site.hurryProofs();
    return healthy;
  }

  /** Whatever runs on the host, at once; its files stay. */
  private void killHost(BackupRestored restored) {
    site.installation().service(Site.agentOf(restored.host())).kill();
    site.installation().service(Site.validatorOf(restored.host())).kill();
    site.mysqlds().killAt(restored.server());
  }

  BackupId diskFullInRestore(BackupId healthy) {
    Instant since = Instant.now();
    String host = onlyHost();
    line.request();
    SeedingAssigned assigned = line.awaitMaking(since);
    Path folder = serverFolder(assigned);
    // made after the disk was asked whether there is room
    awaitSoon("the folder " + folder, () -> Files.isDirectory(folder.resolve("data")));
    site.whileFrozen(List.of(Site.agentOf(host)), () -> disk(host).fillUpTo(0));
    awaitFailed(since);
    return healthy;
  }

  BackupId diskFullInCatchUp(BackupId healthy) {
    Instant since = Instant.now();
    String host = onlyHost();
    BackupRestored restored = restoredAndNotAttached(since);
    try (MysqlSession _ = locked(restored)) {
      disk(host).fillUpTo(0);
      shard.writeBytes(16_000_000);
      awaitFailed(since);
    }
    return healthy;
  }

  /**
   * The server has stopped, which takes some disk, and its files go to the store. That even frees
   * some disk, which is taken again.
   */
  BackupId diskFullInSnapshot(BackupId healthy) {
    Instant since = Instant.now();
    String host = onlyHost();
    Set<Path> before = objects("packs");
    line.request();
    line.awaitProof(since, Goal.SNAPSHOT);
    awaitSoon("the first pack of the new backup", () -> !objects("packs").equals(before));
    site.whileFrozen(site.validators(), () -> disk(host).fillUpTo(0));
    site.await(BackupCreated.class, since, made -> made.shard().equals(shard.name()));
    site.whileFrozen(site.validators(), () -> disk(host).fillUpTo(0));
    awaitFailed(since);
    return healthy;
  }

  BackupId storeFailsInUpload(BackupId healthy) {
    Instant since = Instant.now();
    Set<Path> before = objects("packs");
    requestSlowProof();
    line.awaitProof(since, Goal.SNAPSHOT);
    awaitSoon("the first pack of the new backup", () -> !objects("packs").equals(before));
    site.installation().store().kill();
    site.hurryProofs();
    awaitFailed(since);
    site.installation().store().startAgain();
    return healthy;
  }

  BackupId newBackupDamaged() {
    Instant since = Instant.now();
    Set<Path> before = objects("backups");
    requestSlowProof();
    line.awaitProof(since, Goal.SNAPSHOT);
    awaitSoon("the new backup's manifest", () -> newManifest(before));
    List<BackupId> struck = new ArrayList<>();
    site.whileFrozen(
        site.validators(),
        () -> {
          BackupId made =
              line.repository().list().stream()
                  .map(ListedBackup::id)
                  .max(BackupId::compareTo)
                  .orElseThrow();
          tampering.flipBitInPack(made);
          struck.add(made);
        });
    site.hurryProofs();
    return struck.getFirst();
  }

  /** Asks for a cycle whose snapshot takes seconds to send, and as long to read back. */
  private void requestSlowProof() {
    try (MysqlSession session = shard.open(shard.primary())) {
      session.execute(
          "CREATE TABLE IF NOT EXISTS shop.noise (id INT AUTO_INCREMENT PRIMARY KEY, noise BLOB)");
      for (int i = 0; i < NOISE_MEGABYTES; i++) {
        session.execute(
            "INSERT INTO shop.noise (noise) WITH RECURSIVE n AS (SELECT 1 i UNION ALL SELECT i + 1"
                + " FROM n WHERE i < 980) SELECT RANDOM_BYTES(1020) FROM n");
      }
    }
    site.slowProofs();
    line.request();
  }

  /** Asks for a cycle; its server is restored and waits for the frozen catchup-service. */
  private BackupRestored restoredAndNotAttached(Instant since) {
    site.freeze(List.of(Site.CATCH_UP));
    line.request();
    return line.awaitRestored(since);
  }

  /** Holds a lock that stops the applier, writes what it must apply, and lets it be attached. */
  private MysqlSession locked(BackupRestored restored) {
    MysqlSession lock = shard.open(restored.server());
    lock.execute("LOCK TABLES shop.journal READ");
    shard.write(20);
    site.thaw(List.of(Site.CATCH_UP));
    site.await(
        SeedingProgress.class,
        Instant.EPOCH,
        progress ->
            progress.seeding().equals(restored.seeding())
                && progress.stage() == SeedingStage.CATCH_UP);
    return lock;
  }

  /** Takes the room of all backup hosts but one, and waits until they say so. */
  private String onlyHost() {
    List<SpareHost> hosts = site.backupHosts();
    String chosen = hosts.getLast().name();
    for (SpareHost host : hosts) {
      if (!host.name().equals(chosen)) {
        disk(host.name()).fillUpTo(0);
        site.await(
            HostStatus.class,
            Instant.now(),
            status -> status.host().equals(host.name()) && status.bytesFree() <= 0);
      }
    }
    return chosen;
  }

  private SmallDisk disk(String host) {
    return site.diskOf(host);
  }

  private void giveRoomBack() {
    site.disks().forEach(SmallDisk::empty);
  }

  /** Waits for the failure, and then gives all hosts their room back. */
  private void awaitFailed(Instant since) {
    site.await(SeedingFailed.class, since, failed -> failed.shard().equals(shard.name()));
    giveRoomBack();
  }

  private Path serverFolder(SeedingAssigned assigned) {
    return site.backupHosts().stream()
        .filter(host -> host.name().equals(assigned.host()))
        .findFirst()
        .orElseThrow()
        .directory()
        .resolve("servers")
        .resolve(assigned.seeding() + "." + assigned.attempt());
  }

  /** The shard's objects of a kind, as files of the store. */
  private Set<Path> objects(String kind) {
    Path folder =
        site.installation().store().objectFile(Installation.BUCKET, shard.name() + "/" + kind);
    if (!Files.isDirectory(folder)) {
      return Set.of();
    }
    try (Stream<Path> files = Files.walk(folder)) {
      return new HashSet<>(files.toList());
    } catch (UncheckedIOException | IOException e) {
      return Set.of(folder); // it changed while it was read: the next look tells
    }
  }

  private boolean newManifest(Set<Path> before) {
    return objects("backups").stream()
        .anyMatch(file -> file.endsWith("manifest") && !before.contains(file));
  }

  private static void awaitSoon(String what, Callable<Boolean> condition) {
    Awaitility.await(what)
        .atMost(Site.PATIENCE)
        .pollDelay(Duration.ZERO)
        .pollInterval(POLL)
        .pollInSameThread()
        .until(condition);
  }
}

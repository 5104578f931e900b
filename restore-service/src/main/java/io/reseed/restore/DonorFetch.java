package io.reseed.restore;

import io.reseed.agent.JobControl;
import io.reseed.agent.JobId;
import io.reseed.events.SeedingAssigned;
import io.reseed.fleet.ServerAddress;
import io.reseed.mysql.Credentials;
import io.reseed.mysql.MysqlSession;
import io.reseed.mysql.Timeouts;
import io.reseed.mysql.replication.Clone;
import io.reseed.mysql.replication.CloneProgress;
import io.reseed.mysql.replication.CloneRequest;
import io.reseed.mysql.server.ClonedOutside;
import io.reseed.mysql.server.DonorLayout;
import io.reseed.mysql.server.LocalServer;
import io.reseed.mysql.server.ServerPaths;
import io.reseed.restore.JobState.Copy;
import io.reseed.restore.JobState.Slot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/**
 * Fills the job's server by MySQL's CLONE from a donor. A clone cannot be resumed: each run begins
 * with a fresh server.
 */
final class DonorFetch {
  private final Servers servers;
  private final HostDisk disk;
  private final RestorePolicy policy;
  private final Lock outside = new ReentrantLock();

  DonorFetch(Servers servers, HostDisk disk, RestorePolicy policy) {
    this.servers = servers;
    this.disk = disk;
    this.policy = policy;
  }

  /** Clones; ends with a server that is whole and stopped. Throws what lib/mysql throws. */
  Copy run(Job job, Slot slot, ServerAddress address, JobControl<SeedingAssigned> control)
      throws InterruptedException {
    CloneRequest request = request(job, address);
    servers.destroy(job.id());
    DonorLayout donor = ask(request);
    if (donor.outside().isEmpty()) {
      clone(job, server(job, slot, donor), request, control);
    } else {
      cloneOutside(new Cloning(job, slot, request, control), donor);
    }
    // a short clone is over before its progress was ever asked for
    long bytesWritten = sizeOf(servers.require(job.id()).spec().directory());
    long bytesRead = Math.max(control.bytesDone(), bytesWritten);
    return new Copy(null, bytesRead, bytesWritten);
  }

  private CloneRequest request(Job job, ServerAddress donor) {
    Servers.Cluster cluster = servers.cluster(job.shard());
    return new CloneRequest(
        donor,
        cluster.donor(),
        cluster.agent(),
        policy.cloneMegabytesPerSecondMax(),
        policy.cloneTimeout());
  }

  private static DonorLayout ask(CloneRequest request) {
    try (MysqlSession donor =
        MysqlSession.open(request.donor(), request.donorAccount(), Timeouts.ADMIN)) {
      return DonorLayout.ask(donor);
    }
  }

  /** One clone that is under way. */
  private record Cloning(
      Job job, Slot slot, CloneRequest request, JobControl<SeedingAssigned> control) {}

  /** Two clones at once could want the same paths outside. */
  private void cloneOutside(Cloning cloning, DonorLayout donor) throws InterruptedException {
    cloning.control.note("waits for another clone that writes outside its server's folder");
    outside.lockInterruptibly();
    try {
      cloning.control.note(null);
      LocalServer server = server(cloning.job, cloning.slot, donor);
      server.outside().claim(donor.outside());
      clone(cloning.job, server, cloning.request, cloning.control);
      server.outside().settle();
      takeIn(cloning, server, donor);
    } finally {
      outside.unlock();
    }
  }

  /** The server has run once before its files are moved: no log refers to their old places. */
  private void takeIn(Cloning cloning, LocalServer server, DonorLayout donor) {
    cloning.control.note("takes in the tablespaces from outside");
    server.start(policy.startTimeout());
    ServerPaths paths;
    try (MysqlSession session = server.open(cloning.request.recipientAdmin())) {
      paths = ServerPaths.ask(session);
    }
    server.stopCleanly(policy.startTimeout());
    server.proveCleanStop();
    Map<String, String> settings = server.outside().takeIn(paths, donor);
    servers.create(cloning.job, cloning.slot, settings);
  }

  /** The folder of a server that fits the donor. */
  private LocalServer server(Job job, Slot slot, DonorLayout donor) {
    Map<String, String> settings = new TreeMap<>(donor.settings());
    settings.putAll(ClonedOutside.settings(donor));
    return servers.create(job, slot, settings);
  }

  private void clone(
      Job job, LocalServer server, CloneRequest request, JobControl<SeedingAssigned> control) {
    server.initialise(bootstrap(request.recipientAdmin()), policy.startTimeout());
    server.start(policy.startTimeout());
    Clone.run(server, request, progress -> progressed(job.id(), progress, control));
  }

  private static long sizeOf(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot measure " + folder, e);
    }
  }

  /** The account with which the clone is ordered; the donor's accounts replace it. */
  private static List<String> bootstrap(Credentials agent) {
    String account = quoted(agent.user()) + "@'%'";
    return List.of(
        "CREATE USER IF NOT EXISTS " + account + " IDENTIFIED BY " + quoted(agent.password()),
        "GRANT ALL PRIVILEGES ON *.* TO " + account);
  }

  private static String quoted(String text) {
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'";
  }

  private void progressed(JobId job, CloneProgress clone, JobControl<SeedingAssigned> control) {
    control.note("clone: " + clone.stage());
    control.progressed(clone.bytesDone(), clone.bytesTotal());
    disk.outstanding(job, clone.bytesTotal() - clone.bytesDone());
  }
}

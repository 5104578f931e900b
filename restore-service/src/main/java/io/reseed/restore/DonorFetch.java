package io.reseed.restore;

import io.reseed.backup.Progress;
import io.reseed.events.ServerAddress;
import io.reseed.mysql.Credentials;
import io.reseed.mysql.replication.Clone;
import io.reseed.mysql.replication.CloneProgress;
import io.reseed.mysql.replication.CloneRequest;
import io.reseed.mysql.server.LocalServer;
import io.reseed.restore.JobState.Copy;
import io.reseed.restore.JobState.Slot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Fills the job's server by MySQL's CLONE from a donor. A clone cannot be resumed: each run begins
 * with a fresh server.
 */
final class DonorFetch {
  private final Servers servers;
  private final HostDisk disk;
  private final RestorePolicy policy;

  DonorFetch(Servers servers, HostDisk disk, RestorePolicy policy) {
    this.servers = servers;
    this.disk = disk;
    this.policy = policy;
  }

  /** Clones; ends with a server that is whole and stopped. Throws what lib/mysql throws. */
  Copy run(Job job, Slot slot, ServerAddress donor, JobControl control) {
    Servers.Accounts accounts = servers.accounts(job.shard());
    servers.destroy(job.id());
    LocalServer server = servers.create(job.id(), slot, Map.of());
    server.initialise(bootstrap(accounts.agent()), policy.startTimeout());
    server.start(policy.startTimeout());
    Clone.run(
        server,
        new CloneRequest(
            new io.reseed.mysql.ServerAddress(donor.host(), donor.port()),
            accounts.donor(),
            accounts.agent(),
            policy.cloneMegabytesPerSecondMax(),
            policy.cloneTimeout()),
        progress -> progressed(job.id(), progress, control));
    // a short clone is over before its progress was ever asked for
    long bytesWritten = sizeOf(server.dataDirectory());
    long bytesRead = Math.max(control.progress().bytesDone(), bytesWritten);
    return new Copy(null, bytesRead, bytesWritten);
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

  private void progressed(JobId job, CloneProgress clone, JobControl control) {
    control.note("clone: " + clone.stage());
    control.progressed(new Progress(clone.bytesDone(), clone.bytesTotal(), clone.bytesDone()));
    disk.outstanding(job, clone.bytesTotal() - clone.bytesDone());
  }
}

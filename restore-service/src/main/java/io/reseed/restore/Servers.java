package io.reseed.restore;

import io.reseed.agent.JobId;
import io.reseed.backup.format.Manifest;
import io.reseed.fleet.FailureCode;
import io.reseed.fleet.FailureException;
import io.reseed.fleet.ServerAddress;
import io.reseed.fleet.ShardName;
import io.reseed.mysql.Credentials;
import io.reseed.mysql.MysqlException;
import io.reseed.mysql.MysqlSession;
import io.reseed.mysql.server.LocalServer;
import io.reseed.mysql.server.MysqlTree;
import io.reseed.mysql.server.RestoredRoots;
import io.reseed.mysql.server.ServerSpec;
import io.reseed.restore.JobState.Slot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This host's mysqlds, by job: each in the folder that bears its job's name, and none but those.
 * The only class here that knows where a server lies and who may log in.
 */
final class Servers {
  private static final Logger LOG = LoggerFactory.getLogger(Servers.class);
  private static final int ERROR_LOG_LINES = 20;

  /**
   * What is particular to one cluster.
   *
   * @param options lines for my.cnf of the servers that are made
   */
  record Cluster(Credentials agent, Credentials donor, Map<String, String> options) {}

  private final HostProfile host;
  private final MysqlTree tree;
  private final Map<String, Cluster> clusters;

  Servers(HostProfile host, MysqlTree tree, Map<String, Cluster> clusters) {
    this.host = host;
    this.tree = tree;
    this.clusters = Map.copyOf(clusters);
  }

  /**
   * Makes the folder of a fenced server that was never started; may be repeated until it is. One at
   * a time: each counts what the others take.
   */
  synchronized LocalServer create(Job job, Slot slot, Map<String, String> settings) {
    Path directory = host.serverDirectory(job.id());
    Map<String, String> all = new HashMap<>(cluster(job.shard()).options());
    all.putAll(settings); // where the files lie is not the operator's choice
    long pool = granted(job.id(), all);
    try {
      Files.createDirectories(directory.getParent());
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot make the folder " + directory, e);
    }
    return LocalServer.create(
        new ServerSpec(
            directory,
            new ServerAddress(host.address(), slot.port()),
            slot.serverId(),
            (int) Math.clamp(pool, ServerPool.MEGABYTES_MIN, host.bufferPoolMegabytes()),
            true,
            ServerPool.with(all, pool)),
        tree);
  }

  /**
   * Makes a fenced server's folder for a backup's files, and the folders that they come to lie in.
   */
  RestoredRoots create(Job job, Slot slot, Manifest manifest) {
    Path data = create(job, slot, Map.of()).dataDirectory();
    RestoredRoots roots =
        RestoredRoots.around(data, manifest.roots(), manifest.header().settings());
    create(job, slot, roots.settings());
    return roots;
  }

  private long granted(JobId job, Map<String, String> options) {
    long wanted = ServerPool.megabytes(options).orElse((long) host.bufferPoolMegabytes());
    long granted = host.memory().granted(wanted, takenByOthers(job));
    if (granted < wanted) {
      LOG.warn(
          "buffer pool cut to what the host has left seeding={} wanted={}MB granted={}MB",
          job,
          wanted,
          granted);
    }
    return granted;
  }

  /** Also what does not run: it is started again sooner or later. */
  private long takenByOthers(JobId job) {
    Path own = host.serverDirectory(job);
    try (Stream<Path> folders = Files.list(own.getParent())) {
      return folders.filter(folder -> !folder.equals(own)).mapToLong(this::taken).sum();
    } catch (NoSuchFileException e) {
      return 0; // the first server here
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot list the folder " + own.getParent(), e);
    }
  }

  private long taken(Path folder) {
    try {
      return LocalServer.adopt(folder, tree)
          .map(server -> ServerPool.megabytes(server.spec()))
          .orElse(0L);
    } catch (MysqlException | IllegalArgumentException e) {
      LOG.warn("folder that cannot be read counts as no server folder={}", folder, e);
      return 0;
    }
  }

  /** The job's server, running or not. */
  Optional<LocalServer> find(JobId job) {
    return LocalServer.adopt(host.serverDirectory(job), tree);
  }

  /** The job's server, which an earlier step made. */
  LocalServer require(JobId job) {
    return find(job)
        .orElseThrow(
            () ->
                new FailureException(
                    FailureCode.SERVER_LOST,
                    "The folder " + host.serverDirectory(job) + " holds no server any longer.",
                    "Did somebody remove it? Another attempt makes a new one."));
  }

  boolean isRunning(JobId job) {
    return find(job).map(LocalServer::isRunning).orElse(false);
  }

  /** Kills the job's mysqld and deletes its folder; nothing happens where there is none. */
  void destroy(JobId job) {
    Optional<LocalServer> server = find(job);
    if (server.isPresent()) {
      server.get().destroy();
      return;
    }
    if (!LocalServer.removeUnbegun(host.serverDirectory(job))) {
      throw new FailureException(
          FailureCode.NOT_OUR_FOLDER,
          "The folder %s bears the name of job %s, but holds no server of Reseed."
              .formatted(host.serverDirectory(job), job),
          "Look what it is, and remove it by hand if it may go.");
    }
  }

  /** The version of this host's mysqld, such as {@code 9.7.4}. */
  String version() {
    return tree.version();
  }

  /** Logs in as {@code reseed_agent}. */
  MysqlSession openAsAgent(LocalServer server, ShardName shard) {
    return server.open(cluster(shard).agent());
  }

  Cluster cluster(ShardName shard) {
    Cluster found = clusters.get(shard.cluster());
    if (found == null) {
      throw new FailureException(
          FailureCode.ACCOUNTS_MISSING,
          "Host %s has no MySQL accounts for cluster %s.".formatted(host.name(), shard.cluster()),
          "Set reseed.mysql.accounts.\"%s\".agent and .donor in its configuration."
              .formatted(shard.cluster()));
    }
    return found;
  }

  /** The last lines of the job's error log, for the agent's own log. */
  List<String> errorLogTail(JobId job) {
    Optional<LocalServer> server = find(job);
    if (server.isEmpty() || !Files.isReadable(server.get().errorLog())) {
      return List.of();
    }
    try (Stream<String> lines = Files.lines(server.get().errorLog(), StandardCharsets.ISO_8859_1)) {
      List<String> all = lines.toList();
      return all.subList(Math.max(0, all.size() - ERROR_LOG_LINES), all.size());
    } catch (IOException | UncheckedIOException e) {
      return List.of("(cannot be read: " + e + ")");
    }
  }
}

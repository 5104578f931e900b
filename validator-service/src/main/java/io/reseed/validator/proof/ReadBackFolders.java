package io.reseed.validator.proof;

import io.reseed.agent.JobId;
import io.reseed.mysql.MysqlException;
import io.reseed.mysql.server.LocalServer;
import io.reseed.mysql.server.MysqlTree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where backups are read back on this host: {@code read-back/<seeding>.<attempt>/}, each the folder
 * of one server and of its restore's journal. Removes nothing that bears no marker of ours.
 */
final class ReadBackFolders {
  private static final Logger LOG = LoggerFactory.getLogger(ReadBackFolders.class);

  private final Path folder;
  private final MysqlTree mysql;

  ReadBackFolders(Path hostDirectory, MysqlTree mysql) {
    this.folder = hostDirectory.resolve("read-back");
    this.mysql = mysql;
  }

  /** The folder of an attempt's server; {@link #journal} lies in it, beside the data. */
  Path server(JobId id) {
    return folder.resolve(id.toString());
  }

  /** Where the restore of an attempt keeps its journal. */
  Path journal(JobId id) {
    return server(id).resolve("restore");
  }

  /** The server of an attempt, running or not. */
  Optional<LocalServer> find(JobId id) {
    return LocalServer.adopt(server(id), mysql);
  }

  /** Those that nobody wants any longer. */
  List<Path> leftovers(Set<JobId> wanted) {
    List<Path> left = new ArrayList<>();
    List<Path> kept = wanted.stream().map(this::server).toList();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(folder)) {
      for (Path path : all) {
        if (!kept.contains(path)) {
          left.add(path);
        }
      }
    } catch (NoSuchFileException never) {
      return left; // nothing was read back here yet
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot look for read-backs in " + folder, e);
    }
    return left;
  }

  /**
   * Kills the server and removes the folder; one that is not there is fine. What fails is logged:
   * whatever came of the read-back stands all the same.
   *
   * @return false when it is worth another try
   */
  boolean remove(Path path) {
    try {
      Optional<LocalServer> server = LocalServer.adopt(path, mysql);
      if (server.isPresent()) {
        server.get().destroy();
      } else if (!LocalServer.removeUnbegun(path)) {
        LOG.error("folder holds no server of ours and stays folder={}", path);
        return true;
      }
      LOG.info("read-back removed folder={}", path);
      return true;
    } catch (MysqlException e) {
      LOG.error("read-back not removed yet folder={}", path, e);
      return false;
    }
  }
}

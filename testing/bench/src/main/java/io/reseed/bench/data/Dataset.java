package io.reseed.bench.data;

import io.reseed.bench.machine.Command;
import io.reseed.bench.machine.FolderTree;
import io.reseed.mysql.MysqlSession;
import io.reseed.mysql.gtid.GtidSet;
import io.reseed.mysql.server.ServerPaths;
import io.reseed.testkit.MysqlFleet;
import io.reseed.testkit.MysqlServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;

/** A real server full of rows, and the files of its clean stop. */
public final class Dataset {
  private static final int TABLES = 4;
  private static final int LOADERS = 2;
  private static final int ROW_BYTES = 240;
  private static final int ROWS_PER_STATEMENT = 10_000;
  private static final int UPDATES_PER_STATEMENT = 500;

  /**
   * For a quick set-up; what the files hold in the end is the same. The redo log is small from the
   * beginning: shrinking a longer one before the stop stalls now and then.
   */
  private static final Map<String, String> LOADING =
      Map.of(
          "innodb_buffer_pool_size", "512M",
          "innodb_flush_log_at_trx_commit", "0",
          "sync_binlog", "0",
          "innodb_redo_log_capacity", "32M");

  private final MysqlFleet fleet;
  private final DataKind kind;
  private final Path folder;
  private final MysqlServerProcess server;
  private final int rowsPerTable;
  private final GtidSet gtids;

  private Dataset(MysqlFleet fleet, DataKind kind, Path folder, long bytes) throws IOException {
    this.fleet = fleet;
    this.kind = kind;
    this.folder = folder;
    rowsPerTable = (int) Math.max(ROWS_PER_STATEMENT / 10, bytes / ROW_BYTES / TABLES);
    server = fleet.newServer("loader-" + folder.getFileName(), fleet.nextAddress(), LOADING);
    load();
    gtids = stopInto(server, folder.resolve("base"));
  }

  /**
   * Fills a new server with about that many bytes of rows, stops it, and copies what a cold copy
   * takes.
   *
   * @param folder gets the copies
   */
  public static Dataset load(MysqlFleet fleet, DataKind kind, Path folder, long bytes)
      throws IOException {
    Files.createDirectories(folder);
    return new Dataset(fleet, kind, folder, bytes);
  }

  public DataKind kind() {
    return kind;
  }

  /** The files as they were after loading. */
  public FolderTree base() {
    return new FolderTree(folder.resolve("base"));
  }

  /** What the server had executed then. */
  public GtidSet gtids() {
    return gtids;
  }

  /** The server that the rows were loaded into, with its whole history in binary logs; stopped. */
  public MysqlServerProcess server() {
    return server;
  }

  /** Names of the tables with rows. */
  public static List<String> tables() {
    List<String> tables = new ArrayList<>();
    for (int i = 1; i <= TABLES; i++) {
      tables.add("bench.sbtest" + i);
    }
    return List.copyOf(tables);
  }

  /** Files of a server that was restored from {@link #base} and had that share of rows changed. */
  public FolderTree changed(double share) throws IOException {
    Path target = folder.resolve("changed-" + share);
    MysqlServerProcess changer =
        fleet.newServer(
            "changer-" + folder.getFileName() + "-" + share, fleet.nextAddress(), LOADING);
    changer.stop();
    new FolderTree(changer.local().dataDirectory()).remove();
    copy(base().root(), changer.local().dataDirectory());
    changer.start();
    update(changer, (int) (rowsPerTable * share));
    stopInto(changer, target);
    fleet.destroy(changer);
    return new FolderTree(target);
  }

  /** Copies a folder that is not there yet, times and modes included. */
  public static void copy(Path from, Path to) throws IOException {
    Command.of("cp", "-a", from.toString(), to.toString()).run();
  }

  private void load() throws IOException {
    try (MysqlSession session = server.open()) {
      session.execute("CREATE DATABASE bench");
      for (String table : tables()) {
        session.execute(kind.createTable(table));
      }
    }
    List<Future<?>> loading = new ArrayList<>();
    try (ExecutorService loaders = Executors.newFixedThreadPool(LOADERS)) {
      for (String table : tables()) {
        loading.add(loaders.submit(() -> insert(table)));
      }
    }
    for (Future<?> each : loading) {
      try {
        each.get();
      } catch (ExecutionException e) {
        throw new IOException("the rows could not be loaded", e.getCause());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted while loading rows", e);
      }
    }
  }

  private void insert(String table) {
    try (MysqlSession session = server.open()) {
      session.execute("SET SESSION cte_max_recursion_depth = 100000");
      for (int rows = 0; rows < rowsPerTable; rows += ROWS_PER_STATEMENT) {
        int some = Math.min(ROWS_PER_STATEMENT, rowsPerTable - rows);
        session.execute(kind.insertRows(table), some);
      }
    }
  }

  private void update(MysqlServerProcess changer, int rows) {
    Random random = new Random(rows);
    try (MysqlSession session = changer.open()) {
      for (String table : tables()) {
        for (int left = rows; left > 0; left -= UPDATES_PER_STATEMENT) {
          String ids =
              random
                  .ints(Math.min(left, UPDATES_PER_STATEMENT), 1, rowsPerTable + 1)
                  .mapToObj(String::valueOf)
                  .collect(Collectors.joining(","));
          session.execute(kind.updateRows(table, ids));
        }
      }
    }
  }

  private static GtidSet stopInto(MysqlServerProcess server, Path target) throws IOException {
    ServerPaths paths;
    GtidSet executed;
    try (MysqlSession session = server.open()) {
      paths = ServerPaths.ask(session);
      executed = session.gtidExecuted();
    }
    server.stop();
    server.local().proveCleanStop();
    Files.createDirectories(target);
    for (var folder : paths.coldCopy().folders()) {
      Files.createDirectories(target.resolve(folder.relative()));
    }
    for (var file : paths.coldCopy().files()) {
      copy(
          server.local().dataDirectory().resolve(file.relative()), target.resolve(file.relative()));
    }
    return executed;
  }
}

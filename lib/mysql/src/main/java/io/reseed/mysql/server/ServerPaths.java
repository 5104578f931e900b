package io.reseed.mysql.server;

import io.reseed.fleet.FailureCode;
import io.reseed.mysql.MysqlException;
import io.reseed.mysql.MysqlSession;
import io.reseed.mysql.Row;
import io.reseed.mysql.server.ColdCopy.Placement;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Where a server keeps its files, asked from the running server. A plain value: ask while the
 * server runs, use it after the stop.
 *
 * @param roots by name, each an absolute folder: always {@link #DATA}; {@code redo}, {@code undo}
 *     and {@code innodb-data} where the server keeps those elsewhere; {@code system-1…} for a
 *     system tablespace in several folders; {@code directory-1…} for other tablespaces elsewhere.
 *     They may lie inside one another
 * @param tablespaces by root, of all but {@code data} and {@code redo}: the files that InnoDB has
 *     there, of which alone a cold copy takes from these
 * @param leftOut absolute paths of single files and folders that a cold copy leaves out because of
 *     this server's settings: pid file, socket, logs, temporary tablespaces, the keyring
 * @param logBasenames absolute path prefixes of binlogs and relay logs
 * @param settings what a server needs to start on a copy, as a manifest has it: see {@link
 *     RestoredRoots}
 */
public record ServerPaths(
    Map<String, Path> roots,
    Map<String, Set<Path>> tablespaces,
    List<Path> leftOut,
    List<Path> logBasenames,
    Map<String, String> settings) {

  /** The root that always exists. */
  public static final String DATA = "data";

  static final String INNODB_DATA = "innodb-data";
  static final String REDO = "redo";
  static final String UNDO = "undo";
  static final String SYSTEM_PREFIX = "system-";
  static final String DIRECTORY_PREFIX = "directory-";

  private static final String ASK =
      """
      SHOW GLOBAL VARIABLES WHERE Variable_name IN (
        'datadir', 'innodb_data_home_dir', 'innodb_log_group_home_dir', 'innodb_undo_directory',
        'innodb_data_file_path',
        'innodb_directories', 'innodb_temp_tablespaces_dir', 'innodb_temp_data_file_path',
        'log_bin_basename', 'log_bin_index', 'relay_log_basename', 'relay_log_index',
        'log_error', 'general_log_file', 'slow_query_log_file', 'pid_file', 'socket',
        'mysqlx_socket')
      """;

  /** Undo tablespaces say no folder when they lie in their usual one. */
  private static final String ASK_FILES =
      """
      SELECT FILE_NAME AS path, COALESCE(FILE_TYPE, '') AS type, TABLESPACE_NAME AS tablespace,
        FILE_ID IS NOT NULL AS is_open
      FROM information_schema.FILES
      WHERE ENGINE = 'InnoDB' AND (FILE_TYPE = 'UNDO LOG' OR FILE_NAME NOT LIKE './%')
      """;

  /** Copies. */
  public ServerPaths {
    roots = Collections.unmodifiableMap(new TreeMap<>(roots));
    tablespaces =
        tablespaces.entrySet().stream()
            .collect(
                Collectors.toUnmodifiableMap(Map.Entry::getKey, e -> Set.copyOf(e.getValue())));
    leftOut = List.copyOf(leftOut);
    logBasenames = List.copyOf(logBasenames);
    settings = Map.copyOf(settings);
  }

  /**
   * Asks a running server of this host, and looks which of its files are there. Needs the privilege
   * PROCESS.
   *
   * @throws MysqlException LAYOUT_UNSUPPORTED for a server whose files no copy can hold
   */
  public static ServerPaths ask(MysqlSession session) {
    return ask(session, Keyring.ask(session), ServerPaths::find);
  }

  static ServerPaths ask(MysqlSession session, Keyring keyring, ServerLayout.Disk disk) {
    Map<String, String> variables = new TreeMap<>();
    for (Row row : session.query(ASK)) {
      variables.put(row.text("Variable_name"), row.text("Value"));
    }
    List<ServerLayout.NamedFile> files =
        session.query(ASK_FILES).stream()
            .map(
                row ->
                    new ServerLayout.NamedFile(
                        row.text("path"),
                        row.text("type"),
                        row.text("tablespace"),
                        row.number("is_open") == 1))
            .toList();
    return of(variables, files, keyring, disk);
  }

  private static Optional<Path> find(Path path) {
    try {
      return Optional.of(path.toRealPath());
    } catch (NoSuchFileException missing) {
      return Optional.empty();
    } catch (IOException e) {
      throw Folders.failed("look at", path, e);
    }
  }

  /** From what the server says. */
  static ServerPaths of(
      Map<String, String> variables,
      List<ServerLayout.NamedFile> files,
      Keyring keyring,
      ServerLayout.Disk disk) {
    String datadir = variables.getOrDefault("datadir", "");
    if (!datadir.startsWith("/")) {
      throw new MysqlException(
          FailureCode.STATEMENT_FAILED, "the server says no absolute datadir: '" + datadir + "'");
    }
    ServerLayout layout = new ServerLayout(variables, disk).of(files);
    Map<String, String> settings = new TreeMap<>(keyring.settings());
    settings.put(SystemTablespace.SETTING, layout.systemFiles());
    List<Path> leftOut = new ArrayList<>(leftOut(layout, variables));
    keyring.dataFile().ifPresent(file -> leftOut.add(layout.resolved(file)));
    return new ServerPaths(
        layout.roots(), layout.tablespaces(), leftOut, logs(layout, variables), settings);
  }

  private static List<Path> leftOut(ServerLayout layout, Map<String, String> variables) {
    List<Path> paths = new ArrayList<>();
    for (String name :
        List.of(
            "log_bin_index",
            "relay_log_index",
            "log_error",
            "general_log_file",
            "slow_query_log_file",
            "pid_file",
            "socket",
            "mysqlx_socket",
            "innodb_temp_tablespaces_dir")) {
      String value = variables.getOrDefault(name, "");
      if (!value.isEmpty() && !value.equals("stderr")) {
        paths.add(layout.resolved(value));
      }
    }
    for (String file : variables.getOrDefault("innodb_temp_data_file_path", "").split(";", -1)) {
      String name = file.split(":", -1)[0];
      if (!name.isEmpty()) {
        paths.add(layout.inHome(name));
      }
    }
    return paths;
  }

  private static List<Path> logs(ServerLayout layout, Map<String, String> variables) {
    List<Path> paths = new ArrayList<>();
    for (String name : List.of("log_bin_basename", "relay_log_basename")) {
      String value = variables.getOrDefault(name, "");
      if (!value.isEmpty()) {
        paths.add(layout.resolved(value));
      }
    }
    return paths;
  }

  /**
   * Whether a cold copy takes a file or folder as one of that root; looks at no disk.
   *
   * @param relative its path below the root
   */
  public boolean copies(String root, String relative) {
    Path folder = roots.get(root);
    return folder != null
        && ColdCopy.place(this, root, folder.resolve(relative).normalize())
            instanceof Placement.Copied;
  }

  /** Says what a cold copy does with a file or folder; pure, looks at no disk. */
  public Placement place(Path file) {
    return ColdCopy.place(this, file.normalize());
  }

  /**
   * Every file and folder under the roots that a cold copy takes. Only for a stopped server: call
   * {@link LocalServer#proveCleanStop} first. A symbolic link below a root is an error, since its
   * target would be lost.
   */
  public ColdCopy coldCopy() {
    return ColdCopy.list(this);
  }
}

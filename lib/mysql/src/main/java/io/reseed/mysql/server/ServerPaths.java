package io.reseed.mysql.server;

import io.reseed.mysql.ErrorCode;
import io.reseed.mysql.MysqlException;
import io.reseed.mysql.MysqlSession;
import io.reseed.mysql.Row;
import io.reseed.mysql.server.ColdCopy.Placement;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Where a server keeps its files, asked from the running server. A plain value: ask while the
 * server runs, use it after the stop.
 *
 * @param roots by name, each an absolute folder: always {@link #DATA}; {@code innodb-data}, {@code
 *     redo}, {@code undo} and {@code directory-1…} only where they lie outside of those before them
 * @param leftOut absolute paths of single files and folders that a cold copy leaves out because of
 *     this server's settings: pid file, socket, logs, temporary tablespaces
 * @param logBasenames absolute path prefixes of binlogs and relay logs
 */
public record ServerPaths(Map<String, Path> roots, List<Path> leftOut, List<Path> logBasenames) {

  /** The root that always exists. */
  public static final String DATA = "data";

  static final String INNODB_DATA = "innodb-data";
  static final String REDO = "redo";
  static final String UNDO = "undo";

  private static final String ASK =
      """
      SHOW GLOBAL VARIABLES WHERE Variable_name IN (
        'datadir', 'innodb_data_home_dir', 'innodb_log_group_home_dir', 'innodb_undo_directory',
        'innodb_directories', 'innodb_temp_tablespaces_dir', 'innodb_temp_data_file_path',
        'log_bin_basename', 'log_bin_index', 'relay_log_basename', 'relay_log_index',
        'log_error', 'general_log_file', 'slow_query_log_file', 'pid_file', 'socket',
        'mysqlx_socket')
      """;

  /** Copies. */
  public ServerPaths {
    roots = Collections.unmodifiableMap(new TreeMap<>(roots));
    leftOut = List.copyOf(leftOut);
    logBasenames = List.copyOf(logBasenames);
  }

  /** Asks a running server. Needs no privilege. */
  public static ServerPaths ask(MysqlSession session) {
    Map<String, String> variables = new TreeMap<>();
    for (Row row : session.query(ASK)) {
      variables.put(row.text("Variable_name"), row.text("Value"));
    }
    return of(variables);
  }

  /** From the values of the system variables. */
  static ServerPaths of(Map<String, String> variables) {
    String datadir = variables.getOrDefault("datadir", "");
    if (!datadir.startsWith("/")) {
      throw new MysqlException(
          ErrorCode.STATEMENT_FAILED, "the server says no absolute datadir: '" + datadir + "'");
    }
    Path data = Path.of(datadir).normalize();
    return new ServerPaths(roots(data, variables), leftOut(data, variables), logs(data, variables));
  }

  private static Map<String, Path> roots(Path data, Map<String, String> variables) {
    Map<String, Path> roots = new LinkedHashMap<>();
    roots.put(DATA, data);
    addRoot(roots, INNODB_DATA, variables.getOrDefault("innodb_data_home_dir", ""));
    addRoot(roots, REDO, variables.getOrDefault("innodb_log_group_home_dir", ""));
    addRoot(roots, UNDO, variables.getOrDefault("innodb_undo_directory", ""));
    int number = 1;
    for (String folder : variables.getOrDefault("innodb_directories", "").split(";", -1)) {
      addRoot(roots, "directory-" + number, folder.strip());
      number++;
    }
    return roots;
  }

  private static void addRoot(Map<String, Path> roots, String name, String folder) {
    Path data = roots.get(DATA);
    if (data == null || folder.isEmpty()) {
      return;
    }
    Path path = data.resolve(folder).normalize();
    if (roots.values().stream().noneMatch(path::startsWith)) {
      roots.put(name, path);
    }
  }

  private static List<Path> leftOut(Path data, Map<String, String> variables) {
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
        paths.add(data.resolve(value).normalize());
      }
    }
    String home = variables.getOrDefault("innodb_data_home_dir", "");
    for (String file : variables.getOrDefault("innodb_temp_data_file_path", "").split(";", -1)) {
      String name = file.split(":", -1)[0];
      if (!name.isEmpty()) {
        paths.add(data.resolve(home).resolve(name).normalize());
      }
    }
    return paths;
  }

  private static List<Path> logs(Path data, Map<String, String> variables) {
    List<Path> paths = new ArrayList<>();
    for (String name : List.of("log_bin_basename", "relay_log_basename")) {
      String value = variables.getOrDefault(name, "");
      if (!value.isEmpty()) {
        paths.add(data.resolve(value).normalize());
      }
    }
    return paths;
  }

  /** Says what a cold copy does with a file; pure, looks at no disk. */
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

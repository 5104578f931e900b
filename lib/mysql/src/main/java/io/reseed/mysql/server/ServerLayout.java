package io.reseed.mysql.server;

import io.reseed.fleet.FailureCode;
import io.reseed.mysql.MysqlException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Finds out in which folders a server keeps its files, from what it says of itself. */
final class ServerLayout {
  private static final String SYSTEM = "innodb_system";
  private static final String UNDO_LOG = "UNDO LOG";
  private static final Pattern SYSTEM_FILE = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]*");

  private final Map<String, String> variables;
  private final Disk disk;
  private final Path data;
  private final Path undo;
  private final Map<String, Path> roots = new LinkedHashMap<>();
  private final Map<String, Set<Path>> tablespaces = new LinkedHashMap<>();
  private final Map<Path, String> directories = new HashMap<>();
  private String systemFiles = "";

  /** What is asked of the disk. */
  @FunctionalInterface
  interface Disk {
    /** The path without symbolic links, if there is such a file or folder. */
    Optional<Path> find(Path path);
  }

  /**
   * A file that InnoDB names.
   *
   * @param path as InnoDB writes it
   * @param type of {@code information_schema.FILES}
   * @param tablespace its name
   * @param open whether InnoDB has it open: a discarded tablespace has a name only
   */
  record NamedFile(String path, String type, String tablespace, boolean open) {}

  ServerLayout(Map<String, String> variables, Disk disk) {
    this.variables = variables;
    this.disk = disk;
    this.data = real(Path.of(variables.getOrDefault("datadir", "")));
    this.undo = folder("innodb_undo_directory");
  }

  /** Sorts the files into roots. */
  ServerLayout of(List<NamedFile> files) {
    roots.put(ServerPaths.DATA, data);
    Path redo = folder("innodb_log_group_home_dir");
    if (!redo.equals(data)) {
      roots.put(ServerPaths.REDO, redo);
    }
    placeSystemFiles();
    List<Path> outside = files.stream().flatMap(file -> outside(file).stream()).toList();
    outside.forEach(this::placeTablespace);
    return this;
  }

  Map<String, Path> roots() {
    return roots;
  }

  /** By root: InnoDB's files outside the data directory, or in a root of their own inside it. */
  Map<String, Set<Path>> tablespaces() {
    return tablespaces;
  }

  /** innodb_data_file_path, with roots in place of folders. */
  String systemFiles() {
    return systemFiles;
  }

  /** A path in the data directory, or where it says. */
  Path resolved(String path) {
    return real(data.resolve(path));
  }

  /** A file of the system tablespace, or the temporary one's. */
  Path inHome(String file) {
    String home = variables.getOrDefault(SystemTablespace.HOME, "");
    return real(SystemTablespace.place(data, home, file));
  }

  private Path folder(String variable) {
    return resolved(variables.getOrDefault(variable, ""));
  }

  /** Also of a path that is not there: then of its folder. */
  private Path real(Path path) {
    Path normal = path.normalize();
    Path folder = normal.getParent();
    return disk.find(normal)
        .or(
            () ->
                Optional.ofNullable(folder)
                    .flatMap(disk::find)
                    .map(found -> found.resolve(normal.getFileName())))
        .orElse(normal);
  }

  private void placeSystemFiles() {
    SystemTablespace system =
        SystemTablespace.parse(variables.getOrDefault(SystemTablespace.SETTING, ""));
    Set<Path> folders = new LinkedHashSet<>();
    system.files().forEach(file -> folders.add(parent(inHome(file.path()))));
    boolean together = folders.size() == 1;
    folders.remove(data);
    Map<Path, String> names = new HashMap<>();
    for (Path folder : folders) {
      String name =
          together ? ServerPaths.INNODB_DATA : ServerPaths.SYSTEM_PREFIX + (names.size() + 1);
      names.put(folder, name);
      roots.put(name, folder);
    }
    systemFiles = system.print(file -> systemFile(inHome(file.path()), names));
  }

  /** {@code ibdata1}, or {@code system-2/ibdata2} where one folder does not say it all. */
  private String systemFile(Path file, Map<Path, String> names) {
    String name = String.valueOf(file.getFileName());
    if (!SYSTEM_FILE.matcher(name).matches()) {
      throw new MysqlException(
          FailureCode.LAYOUT_UNSUPPORTED,
          "a file of the system tablespace has other characters in its name than letters, digits,"
              + " '_', '.' and '-': "
              + file);
    }
    String root = names.get(parent(file));
    if (root == null) {
      return name;
    }
    take(root, file);
    return root.equals(ServerPaths.INNODB_DATA) ? name : root + "/" + name;
  }

  private void take(String root, Path file) {
    tablespaces.computeIfAbsent(root, _ -> new LinkedHashSet<>()).add(file);
  }

  /** Where it lies; empty for what a cold copy finds in the data directory, or does not take. */
  private Optional<Path> outside(NamedFile file) {
    if (file.tablespace().equals(SYSTEM) || file.type().equals("TEMPORARY")) {
      return Optional.empty();
    }
    Optional<Path> found =
        file.type().equals(UNDO_LOG) ? disk.find(undo.resolve(file.path())) : Optional.empty();
    found = found.or(() -> disk.find(data.resolve(file.path())));
    if (found.isEmpty() && file.open()) {
      throw new MysqlException(
          FailureCode.LAYOUT_UNSUPPORTED,
          "InnoDB's file " + file.path() + " is not found in " + data);
    }
    return found.filter(
        path -> !path.startsWith(data) || (!undo.equals(data) && path.startsWith(undo)));
  }

  private void placeTablespace(Path file) {
    if (file.startsWith(undo) && !undo.equals(data)) {
      roots.put(ServerPaths.UNDO, undo);
      take(ServerPaths.UNDO, file);
      return;
    }
    Path folder = directoryOf(file);
    String name = directories.get(folder);
    if (name == null) {
      name = ServerPaths.DIRECTORY_PREFIX + (directories.size() + 1);
      directories.put(folder, name);
      roots.put(name, folder);
    }
    take(name, file);
  }

  /**
   * The folder of innodb_directories that it is below, the deepest of several; else its own, or the
   * one above: a table's tablespace lies in a folder with its schema's name.
   */
  private Path directoryOf(Path file) {
    Path deepest = null;
    for (String entry : variables.getOrDefault("innodb_directories", "").split(";", -1)) {
      Path folder = entry.isBlank() ? null : resolved(entry.strip());
      boolean deeper =
          deepest == null || (folder != null && folder.getNameCount() > deepest.getNameCount());
      if (folder != null && file.startsWith(folder) && deeper) {
        deepest = folder;
      }
    }
    return deepest != null ? deepest : parent(parent(file));
  }

  private static Path parent(Path path) {
    Path parent = path.getParent();
    return parent == null ? path : parent;
  }
}

package io.reseed.mysql.server;

import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Where the roots of a cold copy come to lie in a new server's own folder, and the settings by
 * which mysqld finds them there: the way back from {@link ServerPaths}. Touches no disk. The
 * settings go into the {@link ServerSpec}; {@link LocalServer#destroy} removes all the folders.
 *
 * @param folders by the root's name, none inside another
 * @param settings lines for my.cnf; empty where the copy has the data root alone
 */
public record ServerRoots(Map<String, Path> folders, Map<String, String> settings) {

  /** Copies. */
  public ServerRoots {
    folders = Map.copyOf(folders);
    settings = Map.copyOf(settings);
  }

  /**
   * Lays out the named roots.
   *
   * @param directory the server's own folder, see {@link ServerSpec}
   * @param roots as {@link ServerPaths} names them; an unknown name is a folder of tablespaces
   */
  public static ServerRoots in(Path directory, Collection<String> roots) {
    Path data = new ServerFolder(directory.toAbsolutePath().normalize()).data();
    Map<String, Path> folders = new TreeMap<>();
    Map<String, String> settings = new TreeMap<>();
    for (String root : new TreeSet<>(roots)) {
      Path folder = root.equals(ServerPaths.DATA) ? data : data.resolveSibling("root-" + root);
      folders.put(root, folder);
      switch (root) {
        case ServerPaths.DATA -> {}
        case ServerPaths.INNODB_DATA -> settings.put("innodb_data_home_dir", folder.toString());
        case ServerPaths.REDO -> settings.put("innodb_log_group_home_dir", folder.toString());
        case ServerPaths.UNDO -> settings.put("innodb_undo_directory", folder.toString());
        default -> settings.merge("innodb_directories", folder.toString(), (a, b) -> a + ";" + b);
      }
    }
    return new ServerRoots(folders, settings);
  }
}

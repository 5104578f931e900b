package io.reseed.mysql.server;

import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;

/**
 * Where the roots of a copied server go in the folder of a new one, and what makes mysqld find them
 * there. Names are those of {@link ServerPaths#roots}.
 *
 * @param folders by root; {@link ServerPaths#DATA} is the server's data directory, the others lie
 *     beside it in the server's folder
 * @param settings lines for the server's my.cnf
 */
public record RestoredRoots(Map<String, Path> folders, Map<String, String> settings) {
  private static final String PREFIX = "root-";

  /** directory-10 comes after directory-9, so that the next copy gives the same names. */
  private static final Comparator<String> BY_NUMBER =
      Comparator.comparingInt(String::length).thenComparing(Comparator.naturalOrder());

  /** Copies. */
  public RestoredRoots {
    folders = Collections.unmodifiableMap(new TreeMap<>(folders));
    settings = Collections.unmodifiableMap(new TreeMap<>(settings));
  }

  /**
   * The places of these roots around a server's data directory; touches no disk.
   *
   * @param copied {@link ServerPaths#settings} of the copied server, and what else a server needs
   *     on its files: all of it is in the result, with the new places
   */
  public static RestoredRoots around(
      Path dataDirectory, Collection<String> names, Map<String, String> copied) {
    Map<String, Path> folders = new TreeMap<>();
    Map<String, String> settings = new TreeMap<>(copied);
    for (String name : names.stream().sorted(BY_NUMBER).toList()) {
      Path folder =
          name.equals(ServerPaths.DATA)
              ? dataDirectory
              : dataDirectory.resolveSibling(PREFIX + name);
      folders.put(name, folder);
      place(name, folder.toString(), settings);
    }
    return new RestoredRoots(folders, settings);
  }

  private static void place(String name, String folder, Map<String, String> settings) {
    switch (name) {
      case ServerPaths.DATA -> {}
      case ServerPaths.INNODB_DATA -> settings.put(SystemTablespace.HOME, folder);
      case ServerPaths.REDO -> settings.put("innodb_log_group_home_dir", folder);
      case ServerPaths.UNDO -> settings.put("innodb_undo_directory", folder);
      default -> {
        if (name.startsWith(ServerPaths.SYSTEM_PREFIX)) {
          settings.computeIfPresent(
              SystemTablespace.SETTING, (_, files) -> moved(files, name + "/"));
        } else {
          // tablespaces elsewhere: mysqld looks for them in these folders
          settings.merge("innodb_directories", folder, (a, b) -> a + ";" + b);
        }
      }
    }
  }

  /** Relative to the data directory, since an absolute path may have a colon. */
  private static String moved(String systemFiles, String root) {
    return SystemTablespace.parse(systemFiles)
        .print(file -> file.path().startsWith(root) ? "../" + PREFIX + file.path() : file.path());
  }
}

package io.reseed.mysql.server;

import io.reseed.fleet.FailureCode;
import io.reseed.mysql.MysqlException;
import io.reseed.mysql.MysqlSession;
import io.reseed.mysql.Row;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * How a server must be laid out that is to be filled from a donor by CLONE, asked from the donor,
 * which may run on another host. It needs no folders besides its data directory: CLONE writes redo,
 * undo and system tablespace where the recipient has them.
 *
 * @param settings lines for the recipient's my.cnf, without those that are MySQL's defaults
 * @param outside tablespaces outside the donor's data directory, by the folder of {@code
 *     innodb_directories} or {@code DATA DIRECTORY} that they are below: CLONE writes them to the
 *     same paths on the recipient's host, and nowhere else
 */
public record DonorLayout(Map<String, String> settings, SortedMap<Path, SortedSet<Path>> outside) {

  /** What CLONE wants equal on both sides, or does not survive, each with MySQL's default. */
  private static final Map<String, String> EQUAL =
      Map.of(
          "innodb_page_size",
          "16384",
          "lower_case_table_names",
          "0",
          "character_set_server",
          "utf8mb4",
          "collation_server",
          "utf8mb4_0900_ai_ci",
          "character_set_filesystem",
          "binary",
          "innodb_checksum_algorithm",
          "crc32",
          SystemTablespace.SETTING,
          "ibdata1:12M:autoextend");

  private static final String UNDO_FILES =
      "SELECT FILE_NAME AS path FROM information_schema.FILES WHERE FILE_TYPE = 'UNDO LOG'"
          + " ORDER BY FILE_NAME";

  /** Copies. */
  public DonorLayout {
    settings = Map.copyOf(settings);
    outside = Collections.unmodifiableSortedMap(new TreeMap<>(outside));
  }

  /**
   * Asks a running donor; looks at no disk. Needs the privilege PROCESS.
   *
   * @throws MysqlException LAYOUT_UNSUPPORTED for a system tablespace that no copy can hold, and
   *     for undo tablespaces that no clone can
   */
  public static DonorLayout ask(MysqlSession donor) {
    requireDistinctUndoFiles(donor);
    ServerPaths paths = ServerPaths.ask(donor, Keyring.NONE, Optional::of);
    Map<String, String> settings = new TreeMap<>(paths.settings());
    settings.computeIfPresent(SystemTablespace.SETTING, (_, files) -> inOneFolder(files));
    for (String name : EQUAL.keySet()) {
      if (!settings.containsKey(name)) {
        settings.put(name, donor.queryValue("SELECT @@global." + name).orElse(""));
      }
    }
    settings.entrySet().removeIf(one -> one.getValue().equals(EQUAL.get(one.getKey())));
    return new DonorLayout(settings, outside(paths));
  }

  /**
   * CLONE puts all undo tablespaces into one folder of the recipient's and fails, each time, where
   * two files have one name (see "Undo Tablespaces" in the manual).
   */
  private static void requireDistinctUndoFiles(MysqlSession donor) {
    Map<Path, String> files = new TreeMap<>();
    for (Row row : donor.query(UNDO_FILES)) {
      String file = row.text("path");
      String other = files.put(Path.of(file).getFileName(), file);
      if (other != null) {
        throw new MysqlException(
            FailureCode.LAYOUT_UNSUPPORTED,
            "the donor's undo tablespaces %s and %s have one file name, and CLONE puts both into one"
                    .formatted(other, file)
                + " folder: create one under another name, and drop this one");
      }
    }
  }

  /**
   * Of a system tablespace in several folders, all files lie in the recipient's data directory,
   * where {@code system-1/ibdata1} becomes {@code system-1_ibdata1}: CLONE takes no paths there.
   */
  private static String inOneFolder(String systemFiles) {
    return SystemTablespace.parse(systemFiles).print(file -> file.path().replace('/', '_'));
  }

  private static SortedMap<Path, SortedSet<Path>> outside(ServerPaths paths) {
    SortedMap<Path, SortedSet<Path>> outside = new TreeMap<>();
    paths
        .roots()
        .forEach(
            (name, folder) -> {
              if (name.startsWith(ServerPaths.DIRECTORY_PREFIX)) {
                outside.put(folder, tablespaces(paths.tablespaces().getOrDefault(name, Set.of())));
              }
            });
    outside.values().removeIf(Set::isEmpty);
    return outside;
  }

  /** Undo tablespaces, whose names always end so, go to the recipient's own folder. */
  private static SortedSet<Path> tablespaces(Set<Path> files) {
    return files.stream()
        .filter(file -> !file.toString().endsWith(".ibu"))
        .collect(Collectors.toCollection(TreeSet::new));
  }
}

package io.reseed.mysql.server;

import io.reseed.fleet.FailureCode;
import io.reseed.mysql.MysqlException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The files of InnoDB's system tablespace, as {@code innodb_data_file_path} lists them.
 *
 * @param files in their order, which counts
 */
record SystemTablespace(List<DataFile> files) {
  static final String SETTING = "innodb_data_file_path";
  static final String HOME = "innodb_data_home_dir";
  private static final String USUAL = "ibdata1:12M:autoextend";

  /** Copies. */
  SystemTablespace {
    files = List.copyOf(files);
  }

  /**
   * One file.
   *
   * @param path as written
   * @param form its size and what follows, e.g. {@code 12M:autoextend}
   */
  record DataFile(String path, String form) {
    private boolean isRawDevice() {
      return form.endsWith("raw");
    }
  }

  static SystemTablespace parse(String value) {
    List<DataFile> files = new ArrayList<>();
    for (String part : (value.isBlank() ? USUAL : value).split(";", -1)) {
      int colon = part.indexOf(':');
      if (colon < 1) {
        throw unsupported("cannot read " + SETTING + "='" + value + "'");
      }
      DataFile file = new DataFile(part.substring(0, colon).strip(), part.substring(colon + 1));
      if (file.isRawDevice()) {
        throw unsupported("the system tablespace lies on the raw device " + file.path());
      }
      files.add(file);
    }
    return new SystemTablespace(files);
  }

  /** Where the file that holds the tablespace's header lies, by the lines of a my.cnf. */
  static Path firstFile(Path data, Map<String, String> settings) {
    DataFile first = parse(settings.getOrDefault(SETTING, "")).files().getFirst();
    return place(data, settings.getOrDefault(HOME, ""), first.path());
  }

  /**
   * Where a file with that name lies: MySQL puts the home before it unless it begins with a dot.
   */
  static Path place(Path data, String home, String file) {
    boolean dotted = file.startsWith("./") || file.startsWith("../");
    return data.resolve(dotted ? "" : home).resolve(file).normalize();
  }

  /** The setting with other paths. */
  String print(Function<DataFile, String> paths) {
    return files.stream()
        .map(file -> paths.apply(file) + ":" + file.form())
        .collect(Collectors.joining(";"));
  }

  private static MysqlException unsupported(String message) {
    return new MysqlException(FailureCode.LAYOUT_UNSUPPORTED, message);
  }
}

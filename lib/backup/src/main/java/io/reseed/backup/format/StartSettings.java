package io.reseed.backup.format;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The server settings that a manifest may carry. They reach a mysqld's command line, so only known
 * names are let through, each with a value of its own form; none can name a path outside the
 * backup's roots, a plugin or a file of commands.
 */
public final class StartSettings {
  /** The keyring component that the files need, which the backup does not hold; no variable. */
  private static final String KEYRING = "reseed_keyring";

  private static final Pattern NUMBER = Pattern.compile("\\d{1,20}");
  private static final Pattern WORD = Pattern.compile("[A-Za-z0-9_]{1,64}");
  private static final Pattern SWITCH = Pattern.compile("0|1|ON|OFF");
  private static final String DATA_FILE =
      "(system-\\d{1,2}/)?[A-Za-z0-9_][A-Za-z0-9_.-]*:\\d{1,20}[KMG]?(:autoextend(:max:\\d{1,20}[KMG]?)?)?";
  private static final Pattern DATA_FILES =
      Pattern.compile(DATA_FILE + "(;" + DATA_FILE + ")*", Pattern.CASE_INSENSITIVE);

  private static final Map<String, Pattern> ALLOWED =
      Map.ofEntries(
          Map.entry("character_set_server", WORD),
          Map.entry("collation_server", WORD),
          Map.entry("innodb_checksum_algorithm", WORD),
          Map.entry("innodb_data_file_path", DATA_FILES),
          Map.entry("innodb_file_per_table", SWITCH),
          Map.entry("innodb_page_size", Pattern.compile("4096|8192|16384|32768|65536")),
          Map.entry("innodb_redo_log_capacity", NUMBER),
          Map.entry("innodb_temp_data_file_path", DATA_FILES),
          Map.entry("innodb_undo_tablespaces", NUMBER),
          Map.entry("lower_case_table_names", Pattern.compile("[012]")),
          Map.entry(KEYRING, Pattern.compile("component_keyring_[a-z0-9_]{1,64}")));

  private StartSettings() {}

  /** Whether a manifest may carry this setting. */
  public static boolean isAllowed(String name, String value) {
    Pattern form = ALLOWED.get(name);
    return form != null && value.length() <= 1_024 && form.matcher(value).matches();
  }

  /**
   * A sorted copy.
   *
   * @throws IllegalArgumentException naming the first setting that is not allowed
   */
  public static Map<String, String> checked(Map<String, String> settings) {
    settings.forEach(
        (name, value) -> {
          if (!isAllowed(name, value)) {
            throw new UnsafeContentException(
                "a manifest cannot carry the setting " + name + "='" + value + "'");
          }
        });
    return Collections.unmodifiableMap(new TreeMap<>(settings));
  }
}

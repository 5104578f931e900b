package io.reseed.mysql;

import io.reseed.fleet.SettingDifference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The global settings of a server that decide what its users get of it, or whether it can apply
 * what its source sends; and its plugins.
 *
 * @param values by name; what a version does not know is not there
 */
public record ServerSettings(Map<String, String> values) {
  private static final Logger LOG = LoggerFactory.getLogger(ServerSettings.class);

  /**
   * Whether a statement of the source's applies depends on them, and no binlog event carries them:
   * a function without DETERMINISTIC stops a replica that does not trust function creators.
   */
  private static final Set<String> FOLLOWED =
      Set.of(
          "innodb_strict_mode",
          "log_bin_trust_function_creators",
          "restrict_fk_on_non_standard_key",
          "sql_require_primary_key");

  private static final String BUFFER_POOL = "innodb_buffer_pool_size";
  private static final String CONNECTIONS = "max_connections";

  /** Hosts of one kind have not quite the same memory, and pools are rounded. */
  private static final double BUFFER_POOL_ENOUGH = 0.9;

  private static final List<String> COMPARED =
      List.of(
          "auto_increment_increment",
          "autocommit",
          "binlog_expire_logs_seconds",
          "binlog_format",
          "binlog_row_image",
          "binlog_row_metadata",
          "binlog_row_value_options",
          "block_encryption_mode",
          "character_set_server",
          "collation_server",
          "default_collation_for_utf8mb4",
          "default_week_format",
          "div_precision_increment",
          "explicit_defaults_for_timestamp",
          "group_concat_max_len",
          BUFFER_POOL,
          "innodb_flush_log_at_trx_commit",
          "innodb_lock_wait_timeout",
          "lc_time_names",
          "local_infile",
          "lower_case_table_names",
          "max_allowed_packet",
          CONNECTIONS,
          "max_execution_time",
          "partial_revokes",
          "require_secure_transport",
          "sql_generate_invisible_primary_key",
          "sql_mode",
          "sync_binlog",
          "transaction_isolation",
          "wait_timeout");

  private static final String TIME_ZONE = "time_zone";
  private static final String SYSTEM_TIME_ZONE = "system_time_zone";
  private static final String PLUGINS = "plugins";

  private static final String READ =
      """
      SELECT VARIABLE_NAME AS name, VARIABLE_VALUE AS value
       FROM performance_schema.global_variables WHERE VARIABLE_NAME IN ('%s')
      UNION ALL
      SELECT '%s', PLUGIN_NAME FROM information_schema.PLUGINS
       WHERE PLUGIN_STATUS = 'ACTIVE' AND PLUGIN_LIBRARY IS NOT NULL
      """
          .formatted(
              Stream.concat(names().stream(), Stream.of(SYSTEM_TIME_ZONE))
                  .collect(Collectors.joining("', '")),
              PLUGINS);

  /** Copies. */
  public ServerSettings {
    values = Map.copyOf(values);
  }

  /** Needs SELECT on {@code performance_schema}. One statement. */
  public static ServerSettings of(MysqlSession session) {
    Map<String, String> values = new TreeMap<>();
    TreeSet<String> plugins = new TreeSet<>();
    for (Row row : session.query(READ)) {
      String name = row.text("name");
      if (name.equals(PLUGINS)) {
        plugins.add(row.text("value"));
      } else {
        values.put(name, row.text("value"));
      }
    }
    String systemZone = values.getOrDefault(SYSTEM_TIME_ZONE, "");
    values.remove(SYSTEM_TIME_ZONE);
    values.replace(TIME_ZONE, "SYSTEM", systemZone);
    values.put(PLUGINS, String.join(",", plugins));
    return new ServerSettings(values);
  }

  /** The names that a difference may have. */
  public static Set<String> names() {
    Set<String> names = new TreeSet<>(COMPARED);
    names.addAll(FOLLOWED);
    names.addAll(Set.of(TIME_ZONE, PLUGINS));
    return names;
  }

  /**
   * The names, for a setting of ours.
   *
   * @param key of the setting that lists them
   * @throws IllegalArgumentException when no difference may have one of them
   */
  public static Set<String> requireNames(String key, Set<String> listed) {
    Set<String> unknown = new TreeSet<>(listed);
    unknown.removeAll(names());
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException(
          "%s names %s, which is not compared; it may name %s"
              .formatted(key, String.join(", ", unknown), String.join(", ", names())));
    }
    return listed;
  }

  /**
   * The differences of a replica that whoever uses it in its primary's place would notice: of what
   * it can bear, only having less counts.
   *
   * @param ignored names that are meant to differ
   */
  public List<SettingDifference> shortcomingsBeside(ServerSettings primary, Set<String> ignored) {
    return differencesFrom(primary).stream()
        .filter(difference -> !ignored.contains(difference.setting()))
        .filter(ServerSettings::isNoticed)
        .toList();
  }

  private static boolean isNoticed(SettingDifference difference) {
    return switch (difference.setting()) {
      case BUFFER_POOL -> isLess(difference, BUFFER_POOL_ENOUGH);
      case CONNECTIONS -> isLess(difference, 1);
      default -> true;
    };
  }

  /** What is no number is for people to judge. */
  private static boolean isLess(SettingDifference difference, double enough) {
    try {
      return Double.parseDouble(difference.value())
          < enough * Double.parseDouble(difference.sourceValue());
    } catch (NumberFormatException e) {
      LOG.debug("no number difference={}", difference, e);
      return true;
    }
  }

  /** What this server has otherwise than its source, by name. */
  public List<SettingDifference> differencesFrom(ServerSettings source) {
    List<SettingDifference> differences = new ArrayList<>();
    for (String name : names()) {
      String here = values.getOrDefault(name, "");
      String there = source.values.getOrDefault(name, "");
      if (!here.equals(there)) {
        differences.add(new SettingDifference(name, here, there));
      }
    }
    return List.copyOf(differences);
  }

  /**
   * Gives a replica those of the source's settings by which it can apply what the source sends, for
   * good (SET PERSIST). May be repeated.
   *
   * @param session at the replica, of the agent
   */
  public static void follow(MysqlSession session, ServerSettings source) {
    for (SettingDifference difference : of(session).differencesFrom(source)) {
      String name = difference.setting();
      if (FOLLOWED.contains(name)
          && !difference.value().isEmpty()
          && !difference.sourceValue().isEmpty()) {
        session.execute("SET PERSIST " + name + " = ?", difference.sourceValue());
        LOG.info(
            "setting taken from the source server={} setting={} value={}",
            session.address(),
            name,
            difference.sourceValue());
      }
    }
  }
}

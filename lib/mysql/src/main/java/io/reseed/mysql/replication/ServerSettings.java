package io.reseed.mysql.replication;

import io.reseed.mysql.MysqlSession;
import io.reseed.mysql.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
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

  private static final List<String> COMPARED =
      List.of(
          "binlog_expire_logs_seconds",
          "binlog_format",
          "binlog_row_image",
          "character_set_server",
          "collation_server",
          "default_collation_for_utf8mb4",
          "default_week_format",
          "div_precision_increment",
          "explicit_defaults_for_timestamp",
          "group_concat_max_len",
          "innodb_buffer_pool_size",
          "innodb_flush_log_at_trx_commit",
          "innodb_lock_wait_timeout",
          "lc_time_names",
          "local_infile",
          "lower_case_table_names",
          "max_allowed_packet",
          "max_connections",
          "max_execution_time",
          "partial_revokes",
          "require_secure_transport",
          "sql_mode",
          "sync_binlog",
          "transaction_isolation",
          "wait_timeout");

  private static final String TIME_ZONE = "time_zone";
  private static final String SYSTEM_TIME_ZONE = "system_time_zone";
  private static final String PLUGINS = "plugins";

  private static final String VARIABLES =
      "SELECT VARIABLE_NAME AS name, VARIABLE_VALUE AS value FROM performance_schema.global_variables";

  private static final String LOADED =
      """
      SELECT PLUGIN_NAME AS name FROM information_schema.PLUGINS
       WHERE PLUGIN_STATUS = 'ACTIVE' AND PLUGIN_LIBRARY IS NOT NULL
      """;

  /** A setting that two servers have differently; empty where one does not know it. */
  public record Difference(String setting, String value, String sourceValue) {}

  /** Copies. */
  public ServerSettings {
    values = Map.copyOf(values);
  }

  /** Needs SELECT on {@code performance_schema}. */
  public static ServerSettings of(MysqlSession session) {
    Map<String, String> all = new TreeMap<>();
    for (Row row : session.query(VARIABLES)) {
      all.put(row.text("name"), row.text("value"));
    }
    Map<String, String> kept = new TreeMap<>(all);
    kept.keySet().removeIf(name -> !COMPARED.contains(name) && !FOLLOWED.contains(name));
    String zone = all.getOrDefault(TIME_ZONE, "");
    kept.put(TIME_ZONE, zone.equals("SYSTEM") ? all.getOrDefault(SYSTEM_TIME_ZONE, "") : zone);
    TreeSet<String> plugins = new TreeSet<>();
    session.query(LOADED).forEach(row -> plugins.add(row.text("name")));
    kept.put(PLUGINS, String.join(",", plugins));
    return new ServerSettings(kept);
  }

  /** The names that a difference may have. */
  public static Set<String> names() {
    Set<String> names = new TreeSet<>(COMPARED);
    names.addAll(FOLLOWED);
    names.addAll(Set.of(TIME_ZONE, PLUGINS));
    return names;
  }

  /** What this server has otherwise than its source, by name. */
  public List<Difference> differencesFrom(ServerSettings source) {
    List<Difference> differences = new ArrayList<>();
    for (String name : names()) {
      String here = values.getOrDefault(name, "");
      String there = source.values.getOrDefault(name, "");
      if (!here.equals(there)) {
        differences.add(new Difference(name, here, there));
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
    for (Difference difference : of(session).differencesFrom(source)) {
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

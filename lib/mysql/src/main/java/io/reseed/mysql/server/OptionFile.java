package io.reseed.mysql.server;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** The my.cnf of a server of ours. */
final class OptionFile {
  private static final int REDO_MEGABYTES_MIN = 64;
  private static final int SMALL_MEGABYTES_MAX = 128;
  private static final int REDO_MEGABYTES_MAX = 2_048;
  private static final int SOURCE_SILENCE_SECONDS_MAX = 10;

  /** Needs no quotes: has no blank, and no character that my.cnf gives a meaning. */
  private static final Pattern PLAIN = Pattern.compile("[^\\s\"'#\\\\]*");

  private OptionFile() {}

  static String print(ServerFolder folder, ServerSpec spec) {
    Map<String, String> options = new LinkedHashMap<>();
    files(folder, options);
    identity(spec, options);
    replication(options);
    memory(spec, options);
    if (spec.fenced()) {
      options.put("super_read_only", "ON");
      options.put("skip_replica_start", "ON");
      // a copy of a copy of a primary has its events ENABLED; SET GLOBAL needs no writable server
      options.put("event_scheduler", "OFF");
    }
    spec.settings()
        .forEach(
            (name, value) ->
                options.put(name, PLAIN.matcher(value).matches() ? value : quoted(value)));
    options.remove(ServerSpec.KEYRING);
    StringBuilder text = new StringBuilder("# Written by Reseed at every start.\n[mysqld]\n");
    options.forEach((name, value) -> text.append(name).append('=').append(value).append('\n'));
    return text.toString();
  }

  private static void files(ServerFolder folder, Map<String, String> options) {
    options.put("datadir", quoted(folder.data()));
    // Relative to datadir: a socket's path has 107 bytes at most, a server's folder may have more.
    options.put("socket", "../run/mysqld.sock");
    options.put("pid_file", quoted(folder.run().resolve("mysqld.pid")));
    options.put("log_error", quoted(folder.errorLog()));
    options.put("log_timestamps", "UTC");
    // The evidence of a clean stop is a System line, but a user may lower the verbosity: we do not.
    options.put("log_error_verbosity", "2");
  }

  private static void identity(ServerSpec spec, Map<String, String> options) {
    options.put("bind_address", spec.address().host());
    options.put("port", Integer.toString(spec.address().port()));
    options.put("report_host", spec.address().host());
    options.put("report_port", Integer.toString(spec.address().port()));
    options.put("server_id", Long.toString(spec.serverId()));
    options.put("skip_name_resolve", "ON");
    // The X protocol would take another port.
    options.put("loose_mysqlx", "OFF");
    // A donor that is super_read_only refuses INSTALL PLUGIN, so the plugin is there from the
    // start.
    options.put("plugin_load_add", "mysql_clone.so");
    if ("root".equals(System.getProperty("user.name"))) {
      options.put("user", "root");
    }
  }

  private static void replication(Map<String, String> options) {
    options.put("gtid_mode", "ON");
    options.put("enforce_gtid_consistency", "ON");
    options.put("log_bin", "binlog");
    options.put("relay_log", "relay");
    options.put("relay_log_recovery", "ON");
    options.put("log_replica_updates", "ON");
    options.put("replica_parallel_workers", "4");
    options.put("replica_preserve_commit_order", "ON");
    options.put("replica_net_timeout", Integer.toString(SOURCE_SILENCE_SECONDS_MAX));
  }

  private static void memory(ServerSpec spec, Map<String, String> options) {
    int redo = Math.clamp(spec.bufferPoolMegabytes(), REDO_MEGABYTES_MIN, REDO_MEGABYTES_MAX);
    options.put("innodb_buffer_pool_size", spec.bufferPoolMegabytes() + "M");
    options.put("innodb_redo_log_capacity", redo + "M");
    options.put("performance_schema", "ON");
    if (spec.bufferPoolMegabytes() <= SMALL_MEGABYTES_MAX) {
      small(spec, options);
    }
  }

  /**
   * By default mysqld takes 300 MB and more beside its buffer pool and fills them with zeros at
   * every start: statement digests, histories, error counts, log buffer. A server with a small pool
   * takes little of them. Versions that do not know a setting skip it.
   */
  private static void small(ServerSpec spec, Map<String, String> options) {
    options.put("innodb_log_buffer_size", Math.max(1, spec.bufferPoolMegabytes() / 16) + "M");
    options.put("loose_performance_schema_digests_size", "500");
    options.put("loose_performance_schema_error_size", "0");
    for (String history : List.of("statements", "transactions", "waits", "stages")) {
      options.put("loose_performance_schema_events_" + history + "_history_long_size", "100");
    }
  }

  /** my.cnf takes quoted values, with backslash escapes. */
  private static String quoted(Object value) {
    return '"' + value.toString().replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}

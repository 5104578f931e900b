package io.reseed.restore;

import io.reseed.mysql.trust.ServerTrust;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The operator's lines for my.cnf of the servers that are made here, so that they are like their
 * peers.
 */
final class MadeServerOptions {
  /** What Reseed itself decides: a server with another value is not the one that it looks after. */
  private static final Set<String> OURS =
      Set.of(
          "datadir",
          "socket",
          "pid_file",
          "log_error",
          "log_error_verbosity",
          "port",
          "report_host",
          "report_port",
          "server_id",
          "user",
          "basedir",
          "plugin_dir",
          "log_bin_index",
          "relay_log",
          "relay_log_index",
          "innodb_data_home_dir",
          "innodb_data_file_path",
          "innodb_log_group_home_dir",
          "innodb_undo_directory",
          "innodb_directories",
          "innodb_doublewrite_dir",
          "innodb_temp_data_file_path",
          "innodb_temp_tablespaces_dir",
          "innodb_page_size",
          "innodb_force_recovery",
          "innodb_read_only",
          "lower_case_table_names",
          "skip_replica_start",
          "skip_slave_start",
          "read_only",
          "super_read_only",
          "gtid_mode",
          "enforce_gtid_consistency",
          "log_bin",
          "skip_log_bin",
          "disable_log_bin",
          "relay_log_recovery",
          "log_replica_updates",
          "log_slave_updates",
          "event_scheduler",
          "init_file",
          "initialize",
          "skip_grant_tables",
          "skip_networking");

  private static final List<String> CERTIFICATE = List.of("ssl_ca", "ssl_cert", "ssl_key");

  private MadeServerOptions() {}

  /**
   * The options, by their names with underscores.
   *
   * @throws IllegalArgumentException that names all that are not to be given or no sizes, and the
   *     certificate's where servers must have one and these would not
   */
  static Map<String, String> checked(
      String cluster, Map<String, String> options, ServerTrust trust) {
    Map<String, String> named = new TreeMap<>();
    options.forEach((name, value) -> named.put(name.replace('-', '_'), value));
    List<String> problems = new ArrayList<>();
    named.keySet().stream()
        .filter(MadeServerOptions::isOurs)
        .forEach(name -> problems.add(name + " is set by Reseed or would make a partial copy"));
    try {
      ServerPool.megabytes(named);
    } catch (IllegalArgumentException e) {
      problems.add(String.valueOf(e.getMessage()));
    }
    if (trust.verifies()) {
      CERTIFICATE.stream()
          .filter(name -> !named.containsKey(name))
          .forEach(
              name ->
                  problems.add(name + " is missing: servers made here must show a certificate"));
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(
          "reseed.mysql.accounts.\"%s\".servers.options: %s"
              .formatted(cluster, String.join(", ", problems)));
    }
    return Map.copyOf(named);
  }

  private static boolean isOurs(String name) {
    String bare = name.replaceFirst("^loose_", "");
    return OURS.contains(bare)
        || bare.startsWith("replicate_")
        || bare.startsWith("binlog_do_")
        || bare.startsWith("binlog_ignore_");
  }
}

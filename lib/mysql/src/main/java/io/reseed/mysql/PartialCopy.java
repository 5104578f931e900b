package io.reseed.mysql;

import java.util.Arrays;
import java.util.List;

/** What keeps rows from a server, as the server itself tells it. */
public final class PartialCopy {
  /**
   * A select item, the lines of which say what keeps rows from a server: replication filters of any
   * channel or of all, a delay, further channels. Those of Group Replication are its own. Needs
   * SELECT on performance_schema.
   */
  public static final String REASONS =
      """
      (SELECT GROUP_CONCAT(reason ORDER BY reason SEPARATOR '\n') FROM (
         SELECT CONCAT('filter ', FILTER_NAME, '=', FILTER_RULE) AS reason
           FROM performance_schema.replication_applier_filters WHERE FILTER_RULE <> ''
         UNION SELECT CONCAT('filter ', FILTER_NAME, '=', FILTER_RULE)
           FROM performance_schema.replication_applier_global_filters WHERE FILTER_RULE <> ''
         UNION SELECT CONCAT('delayed by ', DESIRED_DELAY, ' s')
           FROM performance_schema.replication_applier_configuration
           WHERE DESIRED_DELAY > 0 AND CHANNEL_NAME = ''
         UNION SELECT CONCAT('fed by channel ', CHANNEL_NAME)
           FROM performance_schema.replication_connection_configuration
           WHERE CHANNEL_NAME <> '' AND CHANNEL_NAME NOT LIKE 'group\\_replication\\_%'
       ) AS reasons)""";

  private PartialCopy() {}

  /** Takes the value of {@link #REASONS} apart; empty for a server that lacks nothing. */
  public static List<String> reasons(String value) {
    return value.isEmpty() ? List.of() : Arrays.asList(value.split("\n"));
  }
}

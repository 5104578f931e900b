package io.reseed.demo;

import io.reseed.fleet.ServerAddress;
import io.reseed.mysql.Credentials;
import io.reseed.mysql.MysqlSession;
import io.reseed.mysql.Row;
import io.reseed.mysql.Timeouts;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How much a shard's servers send to Reseed's backup pipeline between two moments: to the accounts
 * of Reseed that move data, less what replicas that were connected all the while received.
 */
final class Traffic {
  private static final String BY_ACCOUNT =
      "SELECT CAST(SUM(variable_value) AS UNSIGNED) AS sent"
          + " FROM performance_schema.status_by_account"
          + " WHERE variable_name = 'Bytes_sent' AND user LIKE 'reseed\\_%'"
          + " AND user <> 'reseed_observer'"; // who only looks, looks all the time
  private static final String BY_REPLICA =
      "SELECT t.thread_id, s.variable_value AS sent FROM performance_schema.threads t"
          + " JOIN performance_schema.status_by_thread s USING (thread_id)"
          + " WHERE s.variable_name = 'Bytes_sent' AND t.processlist_command LIKE 'Binlog Dump%'";

  private final ServerAddress primary;
  private final List<ServerAddress> replicas;
  private final Credentials admin;
  private final Map<ServerAddress, Reading> begun = new HashMap<>();

  /** What was sent. */
  public record Sent(long byPrimary, long byReplicas) {}

  /** What a server sent to one that was cloned from it; MySQL counts that at the recipient only. */
  record Cloned(ServerAddress donor, long bytes) {}

  private record Reading(long toAccounts, Map<Long, Long> toReplicas) {}

  private Traffic(ServerAddress primary, List<ServerAddress> replicas, Credentials admin) {
    this.primary = primary;
    this.replicas = List.copyOf(replicas);
    this.admin = admin;
  }

  /** Begins to measure; all these servers must stay in service until {@link #end}. */
  static Traffic begin(ServerAddress primary, List<ServerAddress> replicas, Credentials admin) {
    Traffic traffic = new Traffic(primary, replicas, admin);
    traffic.begun.put(primary, traffic.read(primary));
    replicas.forEach(replica -> traffic.begun.put(replica, traffic.read(replica)));
    return traffic;
  }

  /** What was sent since {@link #begin}, with the clone that was made meanwhile, if one was. */
  Sent end(Optional<Cloned> cloned) {
    long fromPrimary = cloned.filter(c -> c.donor().equals(primary)).map(Cloned::bytes).orElse(0L);
    long fromReplica = cloned.filter(c -> !c.donor().equals(primary)).map(Cloned::bytes).orElse(0L);
    return new Sent(
        since(primary) + fromPrimary, replicas.stream().mapToLong(this::since).sum() + fromReplica);
  }

  private long since(ServerAddress server) {
    Reading before = begun.getOrDefault(server, new Reading(0, Map.of()));
    Reading now = read(server);
    long toOthers =
        now.toReplicas().entrySet().stream()
            .filter(replica -> before.toReplicas().containsKey(replica.getKey()))
            .mapToLong(
                replica ->
                    replica.getValue() - before.toReplicas().getOrDefault(replica.getKey(), 0L))
            .sum();
    return Math.max(0, now.toAccounts() - before.toAccounts() - toOthers);
  }

  private Reading read(ServerAddress server) {
    try (MysqlSession session = MysqlSession.open(server, admin, Timeouts.ADMIN)) {
      Map<Long, Long> toReplicas = new HashMap<>();
      for (Row row : session.query(BY_REPLICA)) {
        toReplicas.put(row.number("thread_id"), row.number("sent"));
      }
      long toAccounts =
          session.query(BY_ACCOUNT).stream().mapToLong(row -> row.number("sent")).sum();
      return new Reading(toAccounts, toReplicas);
    }
  }
}

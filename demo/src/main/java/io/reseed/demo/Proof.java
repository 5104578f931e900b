package io.reseed.demo;

import io.reseed.demo.Claims.Claim;
import io.reseed.demo.Writer.Acknowledged;
import io.reseed.events.ShardStatus;
import io.reseed.fleet.ServerAddress;
import io.reseed.installation.DemoShard;
import io.reseed.mysql.Credentials;
import io.reseed.mysql.MysqlSession;
import io.reseed.mysql.Row;
import io.reseed.mysql.ServerObservation;
import io.reseed.mysql.Timeouts;
import io.reseed.mysql.gtid.GtidSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * Asks the servers themselves whether a repair did what it says. Holds the shard's writer for as
 * long as contents are compared.
 */
final class Proof {
  private static final Timeouts TIMEOUTS =
      new Timeouts(Duration.ofSeconds(5), Duration.ofMinutes(5));
  private static final int REACH_SECONDS = 30;

  /** What MySQL says of a table that it cannot read. */
  private static final String NO_CHECKSUM = "none";

  private final DemoShard shard;
  private final Repair repair;
  private final Credentials admin;
  private final List<Claim> claims = new ArrayList<>();

  Proof(DemoShard shard, Repair repair, Credentials admin) {
    this.shard = shard;
    this.repair = repair;
    this.admin = admin;
  }

  /**
   * Checks everything.
   *
   * @param killed all servers that were killed so far: what they alone acknowledged may be lost
   * @param status the newest published status of the shard
   */
  List<Claim> claims(Writer writer, Set<ServerAddress> killed, Optional<ShardStatus> status) {
    ServerAddress primary = repair.promoted().orElseThrow();
    ServerAddress made = repair.made().orElseThrow();
    try (MysqlSession source = MysqlSession.open(primary, admin, TIMEOUTS);
        MysqlSession replica = MysqlSession.open(made, admin, TIMEOUTS)) {
      writer.pause();
      try {
        sameRows(source, replica);
        acknowledgedWrites(source, writer.acknowledged(), killed);
      } finally {
        writer.goOn();
      }
      replication(source, replica.probe());
      bytesSent(source, replica.serverUuid());
    }
    boolean whole = status.filter(this::isWhole).isPresent();
    claim(whole, "shard-status says " + status.map(s -> s.condition().name()).orElse("nothing"));
    return List.copyOf(claims);
  }

  private void claim(boolean held, String text) {
    claims.add(new Claim(held, text));
  }

  private void sameRows(MysqlSession source, MysqlSession replica) {
    GtidSet target = source.gtidExecuted();
    replica.queryValue("SELECT WAIT_FOR_EXECUTED_GTID_SET(?, ?)", target.toString(), REACH_SECONDS);
    GtidSet reached = replica.gtidExecuted();
    claim(
        reached.equals(target),
        reached.equals(target)
            ? "at the primary's GTID set, " + target.count() + " transactions"
            : "not at one GTID set: primary %s, replica %s".formatted(target, reached));
    CompletableFuture<Map<String, String>> others =
        CompletableFuture.supplyAsync(() -> checksums(replica));
    Map<String, String> expected = checksums(source);
    Map<String, String> found = others.join();
    List<String> different =
        expected.keySet().stream()
            .filter(table -> !expected.getOrDefault(table, "").equals(found.get(table)))
            .toList();
    boolean same =
        different.isEmpty()
            && expected.keySet().equals(found.keySet())
            && !expected.containsValue(NO_CHECKSUM);
    claim(
        same && !expected.isEmpty(),
        same
            ? "CHECKSUM TABLE is the same on both for all %d tables".formatted(expected.size())
            : "tables differ: %s of primary %s, replica %s".formatted(different, expected, found));
    boolean still = source.gtidExecuted().equals(target) && replica.gtidExecuted().equals(target);
    claim(still, "both " + (still ? "stayed" : "did not stay") + " at that set meanwhile");
  }

  private static Map<String, String> checksums(MysqlSession session) {
    List<String> tables =
        session
            .query(
                "SELECT CONCAT('`', table_schema, '`.`', table_name, '`') AS name"
                    + " FROM information_schema.tables WHERE table_type = 'BASE TABLE'"
                    + " AND table_schema NOT IN"
                    + " ('mysql', 'sys', 'performance_schema', 'information_schema')")
            .stream()
            .map(row -> row.text("name"))
            .toList();
    Map<String, String> checksums = new TreeMap<>();
    if (!tables.isEmpty()) {
      for (Row row : session.query("CHECKSUM TABLE " + String.join(", ", tables))) {
        checksums.put(row.text("Table"), row.find("Checksum").orElse(NO_CHECKSUM));
      }
    }
    return checksums;
  }

  private void acknowledgedWrites(
      MysqlSession source, List<Acknowledged> acknowledged, Set<ServerAddress> killed) {
    Set<String> present = new HashSet<>();
    source.query("SELECT id FROM shop.journal").forEach(row -> present.add(row.text("id")));
    List<Acknowledged> missing =
        acknowledged.stream().filter(one -> !present.contains(Long.toString(one.id()))).toList();
    boolean byFailover = missing.stream().allMatch(one -> killed.contains(one.by()));
    claim(
        byFailover,
        missing.isEmpty()
            ? "all %d acknowledged writes are there".formatted(acknowledged.size())
            : "%d of %d acknowledged writes are missing, %s"
                .formatted(
                    missing.size(),
                    acknowledged.size(),
                    byFailover
                        ? "all lost by the failovers: MySQL's replication is asynchronous here"
                        : "some were acknowledged by a primary that lives"));
  }

  private void replication(MysqlSession source, ServerObservation replica) {
    claim(replica.superReadOnly(), "super_read_only on the new replica");
    boolean runs =
        replica
            .replication()
            .filter(channel -> channel.running() && channel.isFrom(source.address()))
            .isPresent();
    claim(runs, "replication runs from " + source.address());
    int connected = source.probe().connectedReplicas().size();
    claim(
        connected == shard.replicasDesired(),
        "%d of %d declared replicas receive from the primary"
            .formatted(connected, shard.replicasDesired()));
  }

  /** A replica names itself by a user variable of its connection. */
  private void bytesSent(MysqlSession source, String replicaUuid) {
    long bytes =
        source
            .query(
                "SELECT s.variable_value AS sent FROM performance_schema.status_by_thread s"
                    + " JOIN performance_schema.user_variables_by_thread v USING (thread_id)"
                    + " WHERE s.variable_name = 'Bytes_sent'"
                    + " AND v.variable_name IN ('replica_uuid', 'slave_uuid')"
                    + " AND CONVERT(v.variable_value USING utf8mb4) = ?",
                replicaUuid)
            .stream()
            .mapToLong(row -> row.number("sent"))
            .max()
            .orElse(-1);
    repair.bytesSentByPrimary(bytes);
    long data = repair.restored().orElseThrow().bytesWritten();
    claim(
        bytes > 0 && bytes < data,
        "the new primary sent %s for it, %s of the data's %s"
            .formatted(Figures.bytes(bytes), Figures.share(bytes, data), Figures.bytes(data)));
  }

  private boolean isWhole(ShardStatus status) {
    return status.condition() == ShardStatus.Condition.WHOLE;
  }
}

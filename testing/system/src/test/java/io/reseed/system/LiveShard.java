package io.reseed.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.events.BackupCreated;
import io.reseed.events.HostStatus.HeldState;
import io.reseed.events.SeedingAssigned;
import io.reseed.events.SeedingPurpose;
import io.reseed.events.ShardStatus;
import io.reseed.events.ShardStatus.Condition;
import io.reseed.events.ShardStatus.Health;
import io.reseed.events.ShardStatus.Member;
import io.reseed.events.ShardStatus.Role;
import io.reseed.fleet.ServerAddress;
import io.reseed.fleet.ShardName;
import io.reseed.installation.DemoShard;
import io.reseed.mysql.Credentials;
import io.reseed.mysql.MysqlSession;
import io.reseed.mysql.Observation;
import io.reseed.mysql.Probe;
import io.reseed.mysql.ServerObservation;
import io.reseed.mysql.Timeouts;
import io.reseed.mysql.gtid.GtidSet;
import io.reseed.mysql.replication.PromotionCheck;
import io.reseed.mysql.replication.Replication;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.awaitility.Awaitility;

/** A shard of the site: fails over as a topology manager does it, and proves that it is whole. */
final class LiveShard {
  private static final Timeouts TIMEOUTS =
      new Timeouts(Duration.ofSeconds(10), Duration.ofMinutes(2));

  private final Site site;
  private final ShardName name;
  private final int replicas;
  private final Set<ServerAddress> members = new HashSet<>();
  private ServerAddress primary;
  private int journal;
  private int made;

  /** What a failover did. */
  record Failover(ShardName shard, ServerAddress failed, ServerAddress promoted, Instant at) {
    /** What a topology manager says about it. */
    String document() {
      return document("topology-manager");
    }

    String document(String publisher) {
      return """
          {"shard":"%s","failed":"%s","promoted":"%s","reason":"it was killed",\
          "occurredAt":"%s","publisher":"%s"}"""
          .formatted(shard, failed, promoted, at, publisher);
    }
  }

  LiveShard(Site site, DemoShard started) {
    this.site = site;
    this.name = started.name();
    this.replicas = started.replicasDesired();
    started.servers().forEach(server -> members.add(server.address()));
    this.primary = started.servers().getFirst().address();
  }

  ShardName name() {
    return name;
  }

  ServerAddress primary() {
    return primary;
  }

  /** How many replicas it is declared to have. */
  int replicas() {
    return replicas;
  }

  /** The servers that it was started with, as a declaration names them. */
  List<ServerAddress> addresses() {
    return members.stream().sorted().toList();
  }

  private Credentials admin() {
    return site.installation().fleet().accounts().admin();
  }

  MysqlSession open(ServerAddress server) {
    return MysqlSession.open(server, admin(), TIMEOUTS);
  }

  /** Writes so many transactions to the primary. */
  void write(int transactions) {
    try (MysqlSession session = open(primary)) {
      for (int i = 0; i < transactions; i++) {
        session.execute("INSERT INTO shop.journal (id, text) VALUES (?, 'written')", ++journal);
        session.execute("UPDATE shop.orders1 SET amount = amount + 1 WHERE id = " + journal % 1000);
      }
    }
  }

  /** Writes about so many bytes to the primary, in transactions of 100 kB. */
  void writeBytes(long bytes) {
    String text = "x".repeat(100_000);
    try (MysqlSession session = open(primary)) {
      session.execute(
          "CREATE TABLE IF NOT EXISTS shop.blobs (id BIGINT PRIMARY KEY, text LONGTEXT)");
      for (long written = 0; written < bytes; written += text.length()) {
        // the same again would change nothing, and be sent nowhere
        session.execute("REPLACE INTO shop.blobs VALUES (1, CONCAT(UUID(), ?))", text);
      }
    }
  }

  /** The statement with which the next {@link #write} begins. */
  String nextJournalInsert() {
    return "INSERT INTO shop.journal (id, text) VALUES (%d, 'not from the primary')"
        .formatted(journal + 1);
  }

  /** Writes, and purges what was written so far from the binlogs of all servers. */
  void purgeBinlogs() {
    write(20);
    GtidSet written = gtidExecuted();
    for (ServerAddress member : members) {
      try (MysqlSession session = open(member)) {
        session.queryValue("SELECT WAIT_FOR_EXECUTED_GTID_SET(?, 60)", written.toString());
        Awaitility.await("binlogs of " + member + " purged")
            .atMost(Duration.ofMinutes(1))
            .until(
                () -> {
                  session.execute("FLUSH BINARY LOGS");
                  String last = session.query("SHOW BINARY LOG STATUS").getFirst().text("File");
                  session.execute("PURGE BINARY LOGS TO '" + last + "'");
                  return session.gtidPurged().contains(written);
                });
      }
    }
  }

  /** Kills the primary, promotes the most advanced replica, and tells nobody. */
  Failover failOver() {
    write(50);
    ServerAddress failed = primary;
    members.addAll(healthyReplicas());
    site.mysqlds().at(failed).kill();
    members.remove(failed);
    List<ServerObservation> candidates = awaitApplied();
    primary = PromotionCheck.bestCandidate(candidates).orElseThrow().address();
    try (MysqlSession session = open(primary)) {
      Replication.promote(session);
    }
    for (ServerObservation other : candidates) {
      if (!other.address().equals(primary)) {
        try (MysqlSession session = open(other.address())) {
          Replication.attach(session, primary, site.installation().fleet().accounts().replicator());
        }
      }
    }
    write(50);
    return new Failover(name, failed, primary, Instant.now());
  }

  /** Kills a replica, for ever. */
  void loseReplica() {
    ServerAddress lost = replicasSeen().getFirst();
    site.mysqlds().at(lost).kill();
    members.remove(lost);
  }

  /**
   * Lets one replica fall behind, loses all other servers of the shard, and promotes it: what was
   * written last is lost, but the follower, which is no member, has it.
   *
   * @param source whom the follower replicates from
   */
  void failOverWithLoss(ServerAddress source, ServerAddress follower) {
    ServerAddress behind =
        replicasSeen().stream()
            .filter(replica -> !replica.equals(source) && !replica.equals(follower))
            .findFirst()
            .orElseThrow();
    members.addAll(replicasSeen());
    members.remove(follower);
    try (MysqlSession survivor = open(behind);
        MysqlSession last = open(follower)) {
      survivor.execute("STOP REPLICA");
      write(50);
      last.queryValue("SELECT WAIT_FOR_EXECUTED_GTID_SET(?, 60)", gtidExecuted().toString());
      assertThat(last.gtidExecuted()).isEqualTo(gtidExecuted());
      members.stream()
          .filter(member -> !member.equals(behind))
          .forEach(member -> site.mysqlds().at(member).kill());
      Replication.promote(survivor);
    }
    Failover failover = new Failover(name, primary, behind, Instant.now());
    primary = behind;
    members.clear();
    members.add(behind);
    write(50);
    site.outsider().publish(name.toString(), failover.document());
  }

  /** What the primary has executed. */
  GtidSet gtidExecuted() {
    try (MysqlSession session = open(primary)) {
      return session.gtidExecuted();
    }
  }

  /** As a topology manager knows them: not those that are still being made. */
  private List<ServerAddress> healthyReplicas() {
    return site.feed().newest(ShardStatus.class, status -> status.shard().equals(name)).stream()
        .flatMap(status -> replicasOf(status).stream())
        .map(member -> member.server())
        .toList();
  }

  /** Who replicates from the primary now. */
  Set<ServerAddress> replicaAddresses() {
    return Set.copyOf(replicasSeen());
  }

  private List<ServerAddress> replicasSeen() {
    try (MysqlSession session = open(primary)) {
      return session.probe().connectedReplicas().stream()
          .map(replica -> new ServerAddress(replica.host(), replica.port()))
          .toList();
    }
  }

  /** The members that answer, once each applied all that it received. */
  private List<ServerObservation> awaitApplied() {
    List<ServerObservation> reachable = new ArrayList<>();
    Awaitility.await("relay logs applied")
        .atMost(Duration.ofMinutes(1))
        .until(
            () -> {
              reachable.clear();
              for (ServerAddress member : members) {
                if (Probe.observe(member, admin(), Duration.ofSeconds(5))
                    instanceof Observation.Reachable found) {
                  reachable.add(found.server());
                }
              }
              return !reachable.isEmpty()
                  && reachable.stream()
                      .allMatch(one -> one.gtidExecuted().contains(one.gtidKnown()));
            });
    return List.copyOf(reachable);
  }

  /** Fails over and publishes it as librdkafka would, in binary mode. */
  Failover failOverAndPublish() {
    Failover failover = failOver();
    site.outsider().publish(name.toString(), failover.document());
    return failover;
  }

  /** Waits for the first assignment for a replica of this shard since then. */
  SeedingAssigned awaitAssigned(Instant since) {
    return site.await(
        SeedingAssigned.class,
        since,
        assignment ->
            assignment.shard().equals(name) && assignment.purpose() == SeedingPurpose.REPLICA);
  }

  /** Waits for the shard's first backup. */
  BackupCreated awaitBackup() {
    return site.await(BackupCreated.class, Instant.EPOCH, backup -> backup.shard().equals(name));
  }

  /** Waits for a status of this condition, and of this failure code unless it is empty. */
  ShardStatus awaitStatus(Instant since, Condition condition, String code) {
    return site.await(
        ShardStatus.class,
        since,
        status ->
            status.shard().equals(name)
                && status.condition() == condition
                && (code.isEmpty()
                    || (status.failure() != null && status.failure().code().equals(code))));
  }

  /** The addresses of the servers that the newest status holds for healthy. */
  Set<String> healthyServers() {
    Set<String> healthy = new TreeSet<>();
    site.feed().newest(ShardStatus.class, status -> status.shard().equals(name)).stream()
        .flatMap(status -> status.members().stream())
        .filter(member -> member.health() == Health.HEALTHY)
        .forEach(member -> healthy.add(member.server().toString()));
    return healthy;
  }

  /**
   * The end of every repair: the shard is whole by its status and by its servers, with so many more
   * servers made and handed over than before, and nothing stray.
   */
  void assertRepaired(int newServers) {
    made += newServers;
    Awaitility.await("shard whole again")
        .atMost(Site.PATIENCE)
        .pollInterval(Duration.ofMillis(250))
        .untilAsserted(this::assertWhole);
    assertReplicasEqual();
    assertThat(servers(HeldState.KEPT)).as("servers handed over").isEqualTo(made);
    site.assertNothingStray();
    assertWhole();
  }

  private void assertWhole() {
    ShardStatus status =
        site.feed()
            .newest(ShardStatus.class, one -> one.shard().equals(name))
            .orElseThrow(() -> new AssertionError("no status of " + name));
    assertThat(status.condition()).as(status.headline()).isEqualTo(Condition.WHOLE);
    assertThat(String.valueOf(status.primary())).isEqualTo(primary.toString());
    assertThat(status.seedings()).isEmpty();
    assertThat(replicasOf(status)).as("%s", status.members()).hasSize(replicas);
    assertThat(servers(HeldState.KEPT)).as("servers handed over").isEqualTo(made);
  }

  private static List<Member> replicasOf(ShardStatus status) {
    return status.members().stream()
        .filter(member -> member.role() == Role.REPLICA && member.health() == Health.HEALTHY)
        .toList();
  }

  private long servers(HeldState state) {
    return site.installation().hosts().stream()
        .flatMap(
            host ->
                site
                    .feed()
                    .newest(
                        io.reseed.events.HostStatus.class,
                        status -> status.host().equals(host.name()))
                    .stream())
        .flatMap(status -> status.servers().stream())
        .filter(server -> server.shard().equals(name) && server.state() == state)
        .count();
  }

  /** What is written now arrives at each replica, and then all rows are the same. */
  private void assertReplicasEqual() {
    write(5);
    try (MysqlSession source = open(primary)) {
      GtidSet target = source.gtidExecuted();
      Map<String, String> rows = checksums(source);
      assertThat(rows).hasSizeGreaterThan(3);
      List<ServerAddress> connected = replicasSeen();
      assertThat(connected).hasSize(replicas);
      for (ServerAddress replica : connected) {
        try (MysqlSession session = open(replica)) {
          session.queryValue("SELECT WAIT_FOR_EXECUTED_GTID_SET(?, 60)", target.toString());
          assertThat(session.gtidExecuted()).as("GTID set of %s", replica).isEqualTo(target);
          assertThat(checksums(session)).as("rows of %s", replica).isEqualTo(rows);
          assertThat(session.probe().superReadOnly()).as("%s read only", replica).isTrue();
        }
      }
    }
  }

  private static Map<String, String> checksums(MysqlSession session) {
    List<String> tables =
        session
            .query(
                "SELECT table_name AS name FROM information_schema.tables"
                    + " WHERE table_schema = 'shop'")
            .stream()
            .map(row -> "shop." + row.text("name"))
            .toList();
    Map<String, String> checksums = new TreeMap<>();
    session
        .query("CHECKSUM TABLE " + String.join(", ", tables))
        .forEach(row -> checksums.put(row.text("Table"), row.text("Checksum")));
    return checksums;
  }
}

package io.reseed.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.demo.Claims.Claim;
import io.reseed.events.BackupRestored;
import io.reseed.events.SeedingOrigin;
import io.reseed.events.SeedingPurpose;
import io.reseed.events.ShardStatus;
import io.reseed.fleet.ShardName;
import io.reseed.installation.Dataset;
import io.reseed.installation.DemoShard;
import io.reseed.installation.Fleets;
import io.reseed.mysql.MysqlSession;
import io.reseed.testkit.MysqlFleet;
import io.reseed.testkit.MysqlServerProcess;
import io.reseed.testkit.Scratch;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A proof is worth something only if it fails when something is wrong. */
@Tag("slow")
class ProofTest {
  private static final ShardName SHARD = ShardName.parse("commerce/-80");
  private static final Dataset DATA = new Dataset(5_000_000);

  private static Scratch scratch;
  private static MysqlFleet fleet;
  private static DemoShard shard;
  private static Writer writer;

  @BeforeAll
  static void startShard() {
    scratch = Scratch.folder("proof");
    fleet = MysqlFleet.in(scratch.path());
    shard = Fleets.newShard(fleet, SHARD, 1, DATA);
    writer =
        Writer.start("proof", () -> primary().address(), fleet.accounts().admin(), DATA.bytes());
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> writer.acknowledged().size() > 20);
  }

  @AfterAll
  static void stopShard() {
    if (writer != null) {
      writer.close();
    }
    if (fleet != null) {
      fleet.close();
    }
    scratch.close();
  }

  @Test
  void everythingHoldsOfAGoodReplica() {
    assertThat(claims()).allMatch(Claim::held).hasSizeGreaterThan(7);
  }

  @Test
  void aRowThatDiffersIsFound() {
    onReplicaUnlogged("UPDATE shop.orders2 SET amount = amount + 1 WHERE id = 77");
    try {
      assertThat(broken()).singleElement().asString().contains("tables differ", "orders2");
    } finally {
      onReplicaUnlogged("UPDATE shop.orders2 SET amount = amount - 1 WHERE id = 77");
    }
  }

  @Test
  void aTableThatIsMissingIsFound() {
    onReplicaUnlogged("RENAME TABLE shop.orders3 TO shop.hidden");
    try {
      // the writer's updates may not be applied without it, so more than this may be broken
      assertThat(broken()).anyMatch(text -> text.contains("tables differ"));
    } finally {
      onReplicaUnlogged("RENAME TABLE shop.hidden TO shop.orders3");
      replica().execute("START REPLICA");
      replica().awaitCaughtUpWith(primary(), Duration.ofSeconds(30));
    }
  }

  @Test
  void aReplicaThatCanBeWrittenToIsFound() {
    replica().execute("SET GLOBAL super_read_only = OFF");
    try {
      assertThat(broken()).singleElement().asString().contains("super_read_only");
    } finally {
      replica().execute("SET GLOBAL super_read_only = ON");
    }
  }

  @Test
  void anAcknowledgedWriteThatALivingPrimaryLostIsFound() {
    long id = writer.acknowledged().getFirst().id();
    primary().execute("DELETE FROM shop.journal WHERE id = ?", id);
    try {
      assertThat(broken()).singleElement().asString().contains("1 of ", "a primary that lives");
      assertThat(proof().claims(writer, Set.of(primary().address()), status()))
          .allMatch(Claim::held)
          .anyMatch(claim -> claim.text().contains("lost by the failovers"));
    } finally {
      primary().execute("INSERT INTO shop.journal (id, text) VALUES (?, 'back')", id);
    }
  }

  @Test
  void aShardThatNobodyCallsWholeIsFound() {
    assertThat(proof().claims(writer, Set.of(), Optional.empty()))
        .filteredOn(claim -> !claim.held())
        .singleElement()
        .extracting(Claim::text)
        .asString()
        .contains("shard-status");
  }

  private static List<String> broken() {
    return claims().stream().filter(claim -> !claim.held()).map(Claim::text).toList();
  }

  private static List<Claim> claims() {
    return proof().claims(writer, Set.of(), status());
  }

  private static Proof proof() {
    Repair repair = new Repair(SHARD, replica().address(), Instant.EPOCH);
    repair.promoted(primary().address());
    repair.restored(
        new BackupRestored(
            SHARD,
            "replica-1",
            1,
            SeedingPurpose.REPLICA,
            "spare-1",
            replica().address(),
            "uuid",
            new SeedingOrigin.Backup("b-1"),
            "",
            1,
            1_000_000_000,
            1));
    return new Proof(shard, repair, fleet.accounts().admin());
  }

  private static Optional<ShardStatus> status() {
    return Optional.of(
        new ShardStatus(
            SHARD,
            ShardStatus.Condition.WHOLE,
            "all is well",
            null,
            primary().address(),
            1,
            List.of(),
            List.of(),
            Instant.EPOCH));
  }

  private static void onReplicaUnlogged(String sql) {
    try (MysqlSession session = replica().open()) {
      session.execute("SET GLOBAL super_read_only = OFF");
      session.execute("SET SESSION sql_log_bin = 0");
      session.execute(sql);
      session.execute("SET GLOBAL super_read_only = ON");
    }
  }

  private static MysqlServerProcess primary() {
    return shard.servers().getFirst();
  }

  private static MysqlServerProcess replica() {
    return shard.servers().getLast();
  }
}

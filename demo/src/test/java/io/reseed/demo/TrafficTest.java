package io.reseed.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.fleet.ShardName;
import io.reseed.installation.Dataset;
import io.reseed.installation.DemoShard;
import io.reseed.installation.Fleets;
import io.reseed.mysql.Credentials;
import io.reseed.mysql.MysqlSession;
import io.reseed.mysql.Timeouts;
import io.reseed.testkit.MysqlFleet;
import io.reseed.testkit.MysqlServerProcess;
import io.reseed.testkit.Scratch;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("slow")
class TrafficTest {
  private static final int BYTES = 1_000_000;

  private static Scratch scratch;
  private static MysqlFleet fleet;
  private static MysqlServerProcess primary;
  private static MysqlServerProcess replica;

  @BeforeAll
  static void startShard() {
    scratch = Scratch.folder("traffic");
    fleet = MysqlFleet.in(scratch.path());
    DemoShard shard =
        Fleets.newShard(fleet, ShardName.parse("commerce/-80"), 1, new Dataset(5_000_000));
    primary = shard.servers().getFirst();
    replica = shard.servers().getLast();
  }

  @AfterAll
  static void stopShard() {
    if (fleet != null) {
      fleet.close();
    }
    scratch.close();
  }

  @Test
  void whatReseedReadsIsCountedAlsoAfterItsConnectionEnded() {
    Traffic traffic = begin();
    read(replica, fleet.accounts().agent());
    Traffic.Sent sent = traffic.end(Optional.empty());
    assertThat(sent.byReplicas()).isBetween((long) BYTES, 2L * BYTES);
    assertThat(sent.byPrimary()).isLessThan(BYTES / 10);
  }

  @Test
  void whatTheFleetsOwnReplicasAndOthersReceiveIsNotCounted() {
    Traffic traffic = begin();
    primary.execute(
        "INSERT INTO shop.journal (id, text) SELECT id, REPEAT('x', 90) FROM shop.orders1");
    replica.awaitCaughtUpWith(primary, Duration.ofSeconds(30));
    read(primary, fleet.accounts().admin());
    read(primary, fleet.accounts().observer());
    assertThat(traffic.end(Optional.empty()).byPrimary()).isLessThan(BYTES / 10);
  }

  @Test
  void aCloneCountsForItsDonor() {
    Traffic.Sent ofReplica =
        begin().end(Optional.of(new Traffic.Cloned(replica.address(), 100L * BYTES)));
    assertThat(ofReplica.byReplicas()).isGreaterThanOrEqualTo(100L * BYTES);
    assertThat(ofReplica.byPrimary()).isLessThan(BYTES);
    Traffic.Sent ofPrimary =
        begin().end(Optional.of(new Traffic.Cloned(primary.address(), 100L * BYTES)));
    assertThat(ofPrimary.byPrimary()).isGreaterThanOrEqualTo(100L * BYTES);
  }

  private static Traffic begin() {
    return Traffic.begin(primary.address(), List.of(replica.address()), fleet.accounts().admin());
  }

  private static void read(MysqlServerProcess server, Credentials account) {
    try (MysqlSession session = MysqlSession.open(server.address(), account, Timeouts.ADMIN)) {
      assertThat(session.queryValue("SELECT REPEAT('x', " + BYTES + ")")).isPresent();
    }
  }
}

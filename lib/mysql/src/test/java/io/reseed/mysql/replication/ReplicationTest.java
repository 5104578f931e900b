package io.reseed.mysql.replication;

import static io.reseed.mysql.Fleet.ADMIN;
import static io.reseed.mysql.Fleet.REPLICATION;
import static io.reseed.mysql.Fleet.START;
import static io.reseed.mysql.Fleet.STOP;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.reseed.fleet.FailureCode;
import io.reseed.mysql.Fleet;
import io.reseed.mysql.MysqlException;
import io.reseed.mysql.MysqlSession;
import io.reseed.mysql.ReplicaChannel;
import io.reseed.mysql.ReplicaChannel.ReceiverState;
import io.reseed.mysql.ReplicationError;
import io.reseed.mysql.ReplicationErrors;
import io.reseed.mysql.ServerObservation;
import io.reseed.mysql.gtid.GtidSet;
import io.reseed.mysql.replication.Replication.Attached;
import io.reseed.mysql.server.ColdCopy;
import io.reseed.mysql.server.LocalServer;
import io.reseed.mysql.server.ServerPaths;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Three shared servers; each test begins with them empty and apart. */
@ExtendWith(Fleet.Extension.class)
@Tag("slow")
final class ReplicationTest {
  private static final Duration WAIT = Duration.ofSeconds(30);

  private final Fleet fleet;
  private final MysqlSession a;
  private final MysqlSession b;
  private final MysqlSession c;

  ReplicationTest(Fleet fleet) {
    this.fleet = fleet;
    a = fleet.shared("a").open(ADMIN);
    b = fleet.shared("b").open(ADMIN);
    c = fleet.shared("c").open(ADMIN);
  }

  @BeforeEach
  void emptyAndApart() {
    for (MysqlSession session : new MysqlSession[] {c, b, a}) {
      Replication.detach(session);
      session.execute("SET GLOBAL super_read_only = OFF");
      session.execute("SET GLOBAL read_only = OFF");
      session.execute("DROP DATABASE IF EXISTS d");
      session.execute("RESET BINARY LOGS AND GTIDS");
    }
  }

  @AfterEach
  void close() {
    a.close();
    b.close();
    c.close();
  }

  private static void fill(MysqlSession source) {
    source.execute("CREATE DATABASE d");
    source.execute("CREATE TABLE d.t (id INT PRIMARY KEY, v INT)");
    source.execute("INSERT INTO d.t VALUES (1, 1), (2, 2)");
  }

  private static void awaitEqual(MysqlSession replica, MysqlSession source) {
    await()
        .atMost(WAIT)
        .untilAsserted(
            () -> {
              ReplicaChannel channel = replica.probe().replication().orElseThrow();
              assertThat(channel.running()).as("%s", channel).isTrue();
              assertThat(replica.gtidExecuted()).isEqualTo(source.gtidExecuted());
            });
  }

  private static ReplicationError awaitError(MysqlSession replica, FailureCode code) {
    return await()
        .atMost(WAIT)
        .until(
            () -> replica.probe().replication().flatMap(ReplicaChannel::error),
            error -> error.filter(e -> e.code() == code).isPresent())
        .orElseThrow();
  }

  @Test
  void attachesOnceAndIsSeenFromBothSides() {
    fill(a);
    assertThat(Replication.attach(b, a.address(), REPLICATION)).isEqualTo(Attached.NEWLY);
    awaitEqual(b, a);
    assertThat(Replication.attach(b, a.address(), REPLICATION)).isEqualTo(Attached.ALREADY);

    ServerObservation replica = b.probe();
    ReplicaChannel channel = replica.replication().orElseThrow();
    assertThat(channel.source()).contains(a.address());
    assertThat(channel.sourceUuid()).isEqualTo(a.serverUuid());
    assertThat(channel.user()).isEqualTo("replication");
    assertThat(channel.autoPosition()).isTrue();
    assertThat(channel.retrieved()).isEqualTo(a.gtidExecuted());
    assertThat(channel.lagMillis()).hasValue(0);
    assertThat(channel.error()).isEmpty();
    assertThat(a.probe().connectedReplicas())
        .anySatisfy(
            seen -> {
              assertThat(seen.host()).isEqualTo(b.address().host());
              assertThat(seen.port()).isEqualTo(b.address().port());
              assertThat(seen.serverUuid()).isEqualTo(replica.serverUuid());
            });
    Replication.detach(b);
    assertThat(b.probe().replication()).isEmpty();
  }

  /** Its former source sent it what the new one never got, and its applier was not done yet. */
  @Test
  void aServerThatIsAheadOfItsNewSourceIsStoppedAndNotAttached() {
    fill(a);
    Replication.attach(b, a.address(), REPLICATION);
    Replication.attach(c, a.address(), REPLICATION);
    awaitEqual(b, a);
    awaitEqual(c, a);
    GtidSet both = a.gtidExecuted();
    Replication.detach(c);
    a.execute("INSERT INTO d.t VALUES (3, 3)");
    awaitEqual(b, a);

    assertThat(Replication.attachUnlessAhead(b, c.address(), REPLICATION, both))
        .isEqualTo(Attached.AHEAD);

    ReplicaChannel channel = b.probe().replication().orElseThrow();
    assertThat(channel.source()).as("nothing was thrown away").contains(a.address());
    a.execute("INSERT INTO d.t VALUES (4, 4)");
    assertThat(b.gtidExecuted()).as("it stands still").isNotEqualTo(a.gtidExecuted());
    assertThat(Replication.attachUnlessAhead(b, a.address(), REPLICATION, a.gtidExecuted()))
        .isEqualTo(Attached.NEWLY);
    awaitEqual(b, a);
  }

  @Test
  void lagGrowsWhileTheApplierIsHeldUp() {
    fill(a);
    Replication.attach(b, a.address(), REPLICATION);
    awaitEqual(b, a);
    b.execute("START TRANSACTION");
    b.execute("SELECT v FROM d.t WHERE id = 1 FOR UPDATE");
    a.execute("UPDATE d.t SET v = 9 WHERE id = 1");
    try (MysqlSession watcher = fleet.shared("b").open(ADMIN)) {
      await()
          .atMost(WAIT)
          .untilAsserted(
              () ->
                  assertThat(watcher.probe().replication().orElseThrow().lagMillis().orElse(0))
                      .isBetween(1_000L, 30_000L));
      b.execute("COMMIT");
      await()
          .atMost(WAIT)
          .untilAsserted(
              () ->
                  assertThat(watcher.probe().replication().orElseThrow().lagMillis()).hasValue(0));
    }
  }

  @Test
  void aPromotedReplicaTakesOverTheOther() {
    fill(a);
    b.execute("SET GLOBAL super_read_only = ON");
    Replication.attach(b, a.address(), REPLICATION);
    Replication.attach(c, a.address(), REPLICATION);
    awaitEqual(b, a);
    awaitEqual(c, a);
    assertThat(PromotionCheck.judge(b.probe(), List.of(c.probe())).fit()).isFalse();

    Replication.promote(b);
    b.execute("INSERT INTO d.t VALUES (3, 3)");
    assertThat(Replication.attach(c, b.address(), REPLICATION)).isEqualTo(Attached.NEWLY);
    awaitEqual(c, b);
    assertThat(c.queryValue("SELECT COUNT(*) FROM d.t")).contains("3");
    assertThat(c.probe().replication().orElseThrow().sourceUuid()).isEqualTo(b.serverUuid());
    assertThat(PromotionCheck.judge(b.probe(), List.of(c.probe())).fit()).isTrue();
    b.execute("RESET PERSIST");
  }

  @Test
  void aColdCopyOfAReplicaIsFencedAttachesAndServesOverARestart() throws IOException {
    fill(a);
    a.execute("CREATE DATABASE empty_one");
    LocalServer original = fleet.started(fleet.fresh());
    ServerPaths paths;
    GtidSet executed;
    String uuid;
    try (MysqlSession session = original.open(ADMIN)) {
      Replication.attach(session, a.address(), REPLICATION);
      awaitEqual(session, a);
      Replication.beginServing(session);
      paths = ServerPaths.ask(session);
      executed = session.gtidExecuted();
      uuid = session.serverUuid();
    }
    original.stopCleanly(STOP);
    original.proveCleanStop();

    // With relay_log_recovery, which we set, the server mends 1872 by itself; others do not set it.
    Map<String, String> settings = Map.of("relay_log_recovery", "OFF");
    LocalServer copy =
        LocalServer.create(fleet.fresh(settings).spec().withFenced(true), fleet.tree());
    copy(paths, copy.dataDirectory());
    original.destroy();
    copy.start(START);
    try (MysqlSession session = copy.open(ADMIN)) {
      assertThat(session.gtidExecuted()).isEqualTo(executed);
      assertThat(session.serverUuid()).isNotEqualTo(uuid);
      ServerObservation seen = session.probe();
      assertThat(seen.superReadOnly()).isTrue();
      // The copy brings the replica's metadata without its relay logs.
      ReplicaChannel stale = seen.replication().orElseThrow();
      assertThat(stale.receiver()).isEqualTo(ReceiverState.STOPPED);
      assertThatThrownBy(() -> session.execute("START REPLICA"))
          .isInstanceOfSatisfying(
              MysqlException.class,
              e ->
                  assertThat(ReplicationErrors.classify(e.errno(), "").code())
                      .isEqualTo(FailureCode.RELAY_LOG_UNUSABLE));

      a.execute("INSERT INTO d.t VALUES (3, 3)");
      Replication.attach(session, a.address(), REPLICATION);
      awaitEqual(session, a);
      assertThat(session.query("SHOW TABLES FROM empty_one")).isEmpty();
    }
    copy.stopCleanly(STOP);
    copy.start(START);
    try (MysqlSession session = copy.open(ADMIN)) {
      ReplicaChannel fenced = session.probe().replication().orElseThrow();
      assertThat(fenced.receiver()).isEqualTo(ReceiverState.STOPPED);
      Replication.beginServing(session);
    }
    copy.stopCleanly(STOP);
    copy.start(START);
    try (MysqlSession session = copy.open(ADMIN)) {
      awaitEqual(session, a);
      assertThat(session.probe().superReadOnly()).isTrue();
    }
    copy.destroy();
    a.execute("DROP DATABASE empty_one");
  }

  private static void copy(ServerPaths paths, Path target) throws IOException {
    ColdCopy copy = paths.coldCopy();
    Path data = Objects.requireNonNull(paths.roots().get(ServerPaths.DATA));
    for (ColdCopy.Placement.Copied folder : copy.folders()) {
      Files.createDirectories(target.resolve(folder.relative()));
    }
    for (ColdCopy.Placement.Copied file : copy.files()) {
      Files.copy(data.resolve(file.relative()), target.resolve(file.relative()));
    }
    assertThat(target.resolve("auto.cnf")).doesNotExist();
  }

  @Test
  void classifiesPurgedBinlogsAsAGap() {
    fill(a);
    a.execute("FLUSH BINARY LOGS");
    String last = a.query("SHOW BINARY LOG STATUS").getFirst().text("File");
    a.execute("PURGE BINARY LOGS TO ?", last);
    Replication.attach(b, a.address(), REPLICATION);
    ReplicationError error = awaitError(b, FailureCode.BINLOG_GAP);
    assertThat(error.errno()).as(error.text()).isIn(1236, 13114);
    assertThat(b.gtidExecuted().contains(a.gtidPurged())).isFalse();
  }

  @Test
  void classifiesTransactionsThatTheSourceLacks() {
    fill(a);
    b.execute("SET GLOBAL gtid_purged = ?", a.serverUuid() + ":1-1000");
    Replication.attach(b, a.address(), REPLICATION);
    ReplicationError error = awaitError(b, FailureCode.ERRANT_TRANSACTIONS);
    assertThat(error.errno()).as(error.text()).isIn(1236, 13114);
  }

  @Test
  void classifiesRowsThatAreThereAlready() {
    fill(a);
    Replication.attach(b, a.address(), REPLICATION);
    awaitEqual(b, a);
    b.execute("SET SESSION sql_log_bin = 0");
    b.execute("INSERT INTO d.t VALUES (7, 7)");
    b.execute("SET SESSION sql_log_bin = 1");
    a.execute("INSERT INTO d.t VALUES (7, 7)");
    ReplicationError error = awaitError(b, FailureCode.APPLY_CONFLICT);
    assertThat(error.errno()).isEqualTo(1062);
    assertThat(error.text()).contains("Duplicate entry");
    ReplicaChannel channel = b.probe().replication().orElseThrow();
    assertThat(channel.applierRunning()).isFalse();
    assertThat(channel.lagMillis()).isEmpty();
  }

  @Test
  void connectingIsNotRunning() {
    Replication.attach(b, Fleet.freeAddress(), REPLICATION);
    awaitError(b, FailureCode.REPLICATION_NETWORK);
    assertThat(b.probe().replication().orElseThrow())
        .satisfies(
            channel -> {
              assertThat(channel.receiver()).isEqualTo(ReceiverState.CONNECTING);
              assertThat(channel.running()).isFalse();
            });
    Replication.attach(b, a.address(), Fleet.account("replication", "wrong"));
    assertThat(awaitError(b, FailureCode.ACCESS_DENIED).text()).doesNotContain("wrong");
    Replication.attach(b, a.address(), REPLICATION);
    awaitEqual(b, a);
    assertThat(b.probe().replication().orElseThrow().error()).isEmpty();
  }
}

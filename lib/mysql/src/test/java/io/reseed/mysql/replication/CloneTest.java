package io.reseed.mysql.replication;

import static io.reseed.mysql.Fleet.ADMIN;
import static io.reseed.mysql.Fleet.START;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reseed.fleet.FailureCode;
import io.reseed.mysql.Credentials;
import io.reseed.mysql.Fleet;
import io.reseed.mysql.MysqlException;
import io.reseed.mysql.MysqlSession;
import io.reseed.mysql.gtid.GtidSet;
import io.reseed.mysql.server.LocalServer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Fleet.Extension.class)
@Tag("slow")
final class CloneTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(90);
  private static final Credentials DONOR = Fleet.account("cloner", "cloner-secret");

  @Test
  void fillsAFencedServerFromALiveOne(Fleet fleet) {
    LocalServer donor = fleet.shared("a");
    GtidSet executed;
    try (MysqlSession session = donor.open(ADMIN)) {
      session.execute("CREATE USER IF NOT EXISTS 'cloner'@'%' IDENTIFIED BY 'cloner-secret'");
      session.execute("GRANT BACKUP_ADMIN, PROCESS, SHOW VIEW ON *.* TO 'cloner'@'%'");
      session.execute("GRANT SELECT ON performance_schema.* TO 'cloner'@'%'");
      session.execute("CREATE DATABASE IF NOT EXISTS cloned");
      session.execute("CREATE TABLE IF NOT EXISTS cloned.t (id INT PRIMARY KEY, v LONGBLOB)");
      for (int i = 0; i < 8; i++) {
        session.execute("REPLACE INTO cloned.t VALUES (?, REPEAT('x', 4000000))", i);
      }
      session.execute("SET GLOBAL super_read_only = ON");
      executed = session.gtidExecuted();
    }
    LocalServer recipient = LocalServer.create(fleet.fresh().spec().withFenced(true), fleet.tree());
    fleet.started(recipient);
    String uuid;
    try (MysqlSession session = recipient.open(ADMIN)) {
      uuid = session.serverUuid();
    }
    List<CloneProgress> seen = new CopyOnWriteArrayList<>();
    CloneRequest request = new CloneRequest(donor.address(), DONOR, ADMIN, 30, TIMEOUT);
    Clone.run(recipient, request, seen::add);
    assertThat(recipient.isRunning()).isFalse();
    assertThat(seen)
        .isNotEmpty()
        .allSatisfy(
            progress -> assertThat(progress.bytesDone()).isBetween(0L, progress.bytesTotal()));

    recipient.start(START);
    try (MysqlSession session = recipient.open(ADMIN)) {
      assertThat(Clone.outcome(session)).isEqualTo(executed);
      assertThat(session.gtidExecuted()).isEqualTo(executed);
      assertThat(session.serverUuid()).isEqualTo(uuid);
      assertThat(session.probe().superReadOnly()).isTrue();
      assertThat(session.queryValue("SELECT SUM(LENGTH(v)) FROM cloned.t")).contains("32000000");
    }
    recipient.destroy();
    try (MysqlSession session = donor.open(ADMIN)) {
      session.execute("SET GLOBAL super_read_only = OFF");
      session.execute("SET GLOBAL read_only = OFF");
      session.execute("DROP DATABASE cloned");
    }
  }

  @Test
  void saysWhatDoesNotFitBeforeAnythingIsChanged(Fleet fleet) {
    LocalServer recipient =
        fleet.started(
            fleet.fresh(Map.of("character_set_server", "latin1", "max_allowed_packet", "1M")));
    CloneRequest request = new CloneRequest(fleet.shared("b").address(), ADMIN, ADMIN, 0, TIMEOUT);
    assertThatThrownBy(() -> Clone.run(recipient, request, _ -> {}))
        .isInstanceOfSatisfying(
            MysqlException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.CLONE_UNFIT))
        .hasMessageContaining("character_set_server is utf8mb4 on the donor and latin1")
        .hasMessageContaining("max_allowed_packet of the recipient");
    assertThat(recipient.isRunning()).isTrue();
    recipient.destroy();
  }

  @Test
  void aCloneThatRunsOutOfTimeIsEnded(Fleet fleet) {
    LocalServer recipient = fleet.started(fleet.fresh());
    CloneRequest request =
        new CloneRequest(fleet.shared("b").address(), ADMIN, ADMIN, 0, Duration.ofSeconds(5));
    try (MysqlSession other = recipient.open(ADMIN)) {
      // a clone begins by dropping the recipient's tables, and waits for who uses one
      other.execute("SET GLOBAL super_read_only = OFF, GLOBAL read_only = OFF");
      other.execute("CREATE DATABASE held");
      other.execute("CREATE TABLE held.used (id INT PRIMARY KEY)");
      other.execute("LOCK TABLES held.used READ");
      assertThatThrownBy(() -> Clone.run(recipient, request, _ -> {}))
          .isInstanceOfSatisfying(
              MysqlException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.CLONE_FAILED));
    }
    assertThat(recipient.isRunning()).isFalse();
    recipient.destroy();
  }
}

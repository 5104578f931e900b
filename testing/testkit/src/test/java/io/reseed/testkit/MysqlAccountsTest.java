package io.reseed.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reseed.fleet.FailureCode;
import io.reseed.mysql.MysqlException;
import io.reseed.mysql.MysqlSession;
import io.reseed.mysql.ReplicaChannel;
import io.reseed.mysql.ServerObservation;
import io.reseed.mysql.check.ContentComparison;
import io.reseed.mysql.check.ContentComparison.Bounds;
import io.reseed.mysql.check.ContentComparison.Result;
import io.reseed.mysql.check.ContentComparison.Verdict;
import io.reseed.mysql.check.DefinitionComparison;
import io.reseed.mysql.check.ServerLogin;
import io.reseed.mysql.check.TableCheck;
import io.reseed.mysql.check.TableName;
import io.reseed.mysql.check.Tables;
import io.reseed.mysql.replication.Replication;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The accounts of {@code deploy/mysql-accounts.sql} suffice for what Reseed does with each. */
@Tag("slow")
class MysqlAccountsTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  @RegisterExtension static final MysqlExtension MYSQL = new MysqlExtension();

  private static MysqlShard shard;

  @BeforeAll
  static void startAShard() {
    shard = MYSQL.fleet().newShard("accounts", 1);
    shard.primary().writeRows(1);
  }

  @Test
  void theObserverSeesReplicationAndCannotWrite() {
    try (MysqlSession observer = shard.primary().open(accounts().observer())) {
      // a replica that replicates by its own account may not be registered at its source yet
      Patience.await(
          "the replica at its source",
          TIMEOUT,
          () -> !observer.probe().connectedReplicas().isEmpty());
      assertThat(observer.probe().connectedReplicas())
          .extracting(ServerObservation.ConnectedReplica::port)
          .containsExactly(replica().address().port());
      assertThat(observer.bytesSent()).isPositive();
      assertThatThrownBy(() -> observer.execute("CREATE DATABASE stolen"))
          .isInstanceOf(MysqlException.class);
      assertThatThrownBy(() -> observer.query("SELECT * FROM fleet.written"))
          .isInstanceOf(MysqlException.class);
    }
    try (MysqlSession observer = replica().open(accounts().observer())) {
      assertThat(observer.probe().replication().orElseThrow().running()).isTrue();
    }
  }

  @Test
  void theAgentAdministersASeededServer() {
    try (MysqlSession agent = replica().open(accounts().agent())) {
      Replication.detach(agent);
      assertThat(agent.probe().replication()).isEmpty();
      Replication.attach(agent, shard.primary().address(), accounts().replicator());
      Replication.beginServing(agent);
      Patience.await(
          "replication",
          TIMEOUT,
          () -> agent.probe().replication().map(ReplicaChannel::running).orElse(false));
      agent.execute("SET GLOBAL innodb_redo_log_capacity = 8388608");
      assertThat(agent.queryValue("SELECT COUNT(*) FROM fleet.written")).isPresent();
      assertThat(agent.query("CHECKSUM TABLE fleet.written")).hasSize(1);
      assertThatThrownBy(() -> agent.execute("DELETE FROM fleet.written"))
          .isInstanceOf(MysqlException.class);
      Replication.promote(agent);
      assertThat(agent.probe().writable()).isTrue();
    }
    replica().replicateFrom(shard.primary(), TIMEOUT);
  }

  @Test
  @Tag("long")
  void theAgentClonesWithTheDonorsAccount() {
    MysqlServerProcess recipient = MYSQL.fleet().newServer("recipient");
    MysqlServerProcess donor = shard.primary();
    try (MysqlSession agent = recipient.open(accounts().agent())) {
      agent.execute("SET GLOBAL clone_valid_donor_list = '" + donor.address() + "'");
      assertThatThrownBy(
              () ->
                  agent.execute(
                      "CLONE INSTANCE FROM '%s'@'%s':%d IDENTIFIED BY '%s'"
                          .formatted(
                              accounts().donor().user(),
                              donor.address().host(),
                              donor.address().port(),
                              accounts().donor().password())))
          .as("nothing but the missing supervisor, which would start the server again")
          .hasMessageContaining("3707");
    }
    Patience.await("the recipient's end", TIMEOUT, () -> !recipient.isRunning());
    recipient.start();

    assertThat(recipient.rowCount()).isEqualTo(donor.rowCount());
    assertThat(recipient.gtidExecuted()).isEqualTo(donor.gtidExecuted());
    MYSQL.fleet().destroy(recipient);
  }

  @Test
  void theCheckerComparesWithAReplicaAndChangesNothing() throws InterruptedException {
    TableName table = new TableName("fleet", "written");
    MysqlServerProcess copy = MYSQL.fleet().newServer("copy");
    copy.replicateFrom(replica(), TIMEOUT);
    copy.awaitCaughtUpWith(shard.primary(), TIMEOUT);
    ServerLogin agent = new ServerLogin(copy.address(), accounts().agent());
    ServerLogin checker = new ServerLogin(replica().address(), accounts().checker());

    Result result = new ContentComparison(agent, checker, Bounds.DEFAULT).compare(table);
    assertThat(result.verdict()).isEqualTo(new Verdict.Equal());
    try (TableCheck check = new TableCheck(agent, TIMEOUT);
        MysqlSession session = copy.open(accounts().agent())) {
      assertThat(Tables.ofUser(session)).contains(table);
      assertThat(Tables.all(session))
          .contains(new TableName("mysql", "user"), table)
          .noneMatch(each -> check.check(each) instanceof TableCheck.Outcome.Corrupt);
    }
    try (MysqlSession session = shard.primary().open(accounts().checker())) {
      for (String statement :
          List.of(
              "DELETE FROM fleet.written",
              "CREATE TABLE fleet.stolen (id INT)",
              "STOP REPLICA",
              "SET GLOBAL read_only = ON",
              "FLUSH TABLES WITH READ LOCK")) {
        assertThatThrownBy(() -> session.execute(statement))
            .as(statement)
            .isInstanceOfSatisfying(
                MysqlException.class,
                e -> assertThat(e.code()).isEqualTo(FailureCode.PRIVILEGE_MISSING));
      }
    }
    assertThatDefinitionsAreCompared(copy, new DefinitionComparison(agent, checker));
    MYSQL.fleet().destroy(copy);
  }

  /** MySQL shows triggers and events to who may make them: that they are not seen is said. */
  private static void assertThatDefinitionsAreCompared(
      MysqlServerProcess copy, DefinitionComparison bySmallAccounts) throws InterruptedException {
    MysqlServerProcess primary = shard.primary();
    for (String statement :
        List.of(
            "CREATE VIEW fleet.v AS SELECT id FROM fleet.written",
            "CREATE FUNCTION fleet.f (a INT) RETURNS INT DETERMINISTIC RETURN a + 1",
            "CREATE PROCEDURE fleet.p (IN a INT) SELECT a",
            "CREATE TRIGGER fleet.t BEFORE INSERT ON fleet.written FOR EACH ROW SET NEW.text = 'x'",
            "CREATE LIBRARY fleet.l LANGUAGE JAVASCRIPT AS 'export function f(n) {return n}'",
            "CREATE EVENT fleet.e ON SCHEDULE EVERY 1 YEAR DO SET @a = 1",
            "CREATE ROLE app_reader",
            "GRANT SELECT ON fleet.* TO app_reader")) {
      primary.execute(statement);
    }
    copy.awaitCaughtUpWith(primary, TIMEOUT);
    DefinitionComparison comparison =
        new DefinitionComparison(
            new ServerLogin(copy.address(), accounts().admin()),
            new ServerLogin(replica().address(), accounts().admin()));
    List<TableName> tables = List.of(new TableName("fleet", "written"));
    DefinitionComparison.Result equal = comparison.compare(tables);
    assertThat(equal.faults()).isEmpty();
    assertThat(equal.unproven())
        .containsOnlyKeys("persisted settings", "6 of the passwords of accounts");
    DefinitionComparison.Result seen = bySmallAccounts.compare(tables);
    assertThat(seen.faults()).isEmpty();
    assertThat(seen.equal()).isEqualTo(equal.equal() - 4);
    assertThat(seen.unproven()).containsKeys("triggers", "events", "resource groups").hasSize(5);
    assertThat(seen.unproven().get("triggers")).contains("TRIGGER ON *.*");
    try (MysqlSession session = copy.open()) {
      session.execute("SET GLOBAL super_read_only = OFF");
      session.execute("SET SESSION sql_log_bin = 0");
      session.execute("ALTER VIEW fleet.v AS SELECT text FROM fleet.written");
      session.execute("DROP FUNCTION fleet.f");
      session.execute("DROP LIBRARY fleet.l");
      session.execute("DROP TRIGGER fleet.t");
      session.execute("ALTER EVENT fleet.e DO SET @a = 2");
      session.execute("CREATE INDEX local_only ON fleet.written (text)");
      session.execute("CREATE USER local_only");
      session.execute("GRANT INSERT ON fleet.* TO app_reader");
    }
    DefinitionComparison.Result different = comparison.compare(tables);
    assertThat(different.faults())
        .containsExactly(
            "view fleet.v (another definition)",
            "function fleet.f (on the replica only)",
            "library fleet.l (on the replica only)",
            "trigger fleet.t (on the replica only)",
            "event fleet.e (another definition)");
    assertThat(different.unproven())
        .containsOnlyKeys(
            "1 of the tables' indexes, keys, partitions and options",
            "2 of the accounts and roles",
            "7 of the passwords of accounts",
            "persisted settings");
    assertThat(bySmallAccounts.compare(tables).faults())
        .isEqualTo(different.faults().subList(0, 3));
    assertThat(different.unproven().get("2 of the accounts and roles"))
        .contains("'app_reader'@'%' (another definition)", "'local_only'@'%' (not on the replica)");
  }

  @Test
  void theReplicatorCanOnlyReplicate() {
    try (MysqlSession replicator = shard.primary().open(accounts().replicator())) {
      assertThatThrownBy(() -> replicator.query("SELECT * FROM fleet.written"))
          .isInstanceOf(MysqlException.class);
    }
  }

  private static MysqlServerProcess replica() {
    return shard.replicas().getFirst();
  }

  private static FleetAccounts accounts() {
    return MYSQL.fleet().accounts();
  }
}

package io.reseed.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reseed.mysql.MysqlException;
import io.reseed.mysql.MysqlSession;
import io.reseed.mysql.ReplicaChannel;
import io.reseed.mysql.ServerObservation;
import io.reseed.mysql.replication.Replication;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The accounts of {@code deploy/mysql-accounts.sql} suffice for what Reseed does with each. */
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
  void theReplicatorCanOnlyReplicate() {
    try (MysqlSession replicator = shard.primary().open(accounts().replicator())) {
      assertThatThrownBy(() -> replicator.query("SELECT * FROM fleet.written"))
          .isInstanceOf(MysqlException.class);
    }
  }

  @Test
  void theCheckerHoldsAReplicasTableForAMomentAndReadsIt() {
    try (MysqlSession checker = replica().open(accounts().checker())) {
      checker.execute("LOCK TABLES fleet.written READ");
      assertThat(checker.queryValue("SELECT COUNT(*) FROM fleet.written")).isPresent();
      checker.execute("UNLOCK TABLES");
      assertThat(checker.query("SHOW REPLICA STATUS")).hasSize(1);
      assertThat(checker.query("SELECT * FROM performance_schema.metadata_locks")).isNotEmpty();
      assertThatThrownBy(() -> checker.execute("LOCK TABLES fleet.written WRITE"))
          .isInstanceOf(MysqlException.class);
      assertThatThrownBy(() -> checker.execute("DELETE FROM fleet.written"))
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

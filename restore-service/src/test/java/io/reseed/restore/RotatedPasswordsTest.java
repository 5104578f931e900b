package io.reseed.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reseed.agent.JobId;
import io.reseed.backup.format.ManifestHeader;
import io.reseed.events.BackupRestored;
import io.reseed.events.SeedingFailed;
import io.reseed.fleet.FailureCode;
import io.reseed.mysql.Credentials;
import io.reseed.mysql.MysqlException;
import io.reseed.mysql.MysqlSession;
import io.reseed.mysql.gtid.GtidSet;
import io.reseed.mysql.replication.Replication;
import io.reseed.mysql.server.LocalServer;
import io.reseed.mysql.server.ServerPaths;
import io.reseed.testkit.FleetAccounts;
import io.reseed.testkit.KafkaExtension;
import io.reseed.testkit.MysqlExtension;
import io.reseed.testkit.MysqlServerProcess;
import io.reseed.testkit.S3Extension;
import java.util.HashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Backups outlive the passwords of their time: all accounts are rotated after one was made. */
@Tag("slow")
class RotatedPasswordsTest {
  @RegisterExtension static final KafkaExtension KAFKA = KafkaExtension.shared();
  @RegisterExtension static final S3Extension S3 = S3Extension.shared();
  @RegisterExtension static final MysqlExtension MYSQL = new MysqlExtension();

  private static Stage stage;
  private static MysqlServerProcess primary;
  private static Stage.BackedUp backup;

  @BeforeAll
  static void makeABackup() {
    primary = MYSQL.fleet().newServer("primary");
    primary.writeRows(20);
    backup = Stage.backUp(primary, S3);
    stage = new Stage(KAFKA, S3, MYSQL);
  }

  @AfterAll
  static void close() {
    stage.close();
  }

  @Test
  void aBackupIsAsGoodAfterARotationAsBefore() throws Exception {
    FleetAccounts original = MYSQL.fleet().accounts();
    FleetAccounts second = rotate(original.rotated(), "");
    try (Made made = make("plain", backup, second)) {
      made.catchUp();
      made.assertAccountsOfPrimary("authentication_string, User_attributes");
      made.assertRefuses(original.agent());
    }

    Credentials renamed = new Credentials("agent_renamed", "a-secret", second.agent().trust());
    AgentProcess.Setting host =
        host("renamed", FleetAccounts.settings("commerce", "agent", renamed));
    try (RunningAgent _ = host.start(1, 0)) {
      stage.make("renamed", 1, host.host(), backup.origin());
      SeedingFailed failed = stage.failed("renamed", 1);
      assertThat(failed.failure().code()).isEqualTo(FailureCode.ACCOUNT_NOT_ADMITTED.name());
      assertThat(failed.failure().message()).contains("agent_renamed");
    }
  }

  /** As operators rotate who let both passwords be valid for a while. */
  @Test
  @Tag("long")
  void aBackupIsAsGoodWhileBothPasswordsAreValidAndAfterThat() throws Exception {
    FleetAccounts original = MYSQL.fleet().accounts();
    FleetAccounts second = rotate(original.rotated(), "");
    FleetAccounts third = rotate(second.rotated(), " RETAIN CURRENT PASSWORD");
    try (Made made = make("retained", backup, third)) {
      made.catchUp();
      made.assertAccountsOfPrimary("authentication_string");
      made.assertRefuses(original.agent());
      // the next backup of the chain, as a cycle makes it
      Stage.BackedUp next = made.backUp();
      try (Made again = make("again", next, third)) {
        again.assertAdmitted(third);
      }
    }
    for (Credentials account : third.ofReseed()) {
      primary.execute("ALTER USER ?@'%' DISCARD OLD PASSWORD", account.user());
    }
    try (Made made = make("discarded", backup, third)) {
      made.catchUp();
      made.assertAccountsOfPrimary("authentication_string, User_attributes");
      made.assertRefuses(second.agent());
    }
  }

  private static FleetAccounts rotate(FleetAccounts accounts, String how) {
    for (Credentials account : accounts.ofReseed()) {
      primary.execute("ALTER USER ?@'%' IDENTIFIED BY ?" + how, account.user(), account.password());
    }
    return accounts;
  }

  private static AgentProcess.Setting host(String name, Map<String, String> accounts) {
    AgentProcess.Setting host = stage.host(name);
    Map<String, String> servers = new HashMap<>(host.servers());
    servers.putAll(accounts);
    return new AgentProcess.Setting(
        host.kafka(),
        host.prefix(),
        host.host(),
        host.directory(),
        host.portFirst(),
        host.store(),
        host.bucket(),
        host.storeKey(),
        host.storeSecret(),
        servers);
  }

  private static Made make(String seeding, Stage.BackedUp from, FleetAccounts accounts)
      throws Exception {
    AgentProcess.Setting host = host(seeding, accounts.settings("commerce", "agent", "donor"));
    RunningAgent agent = host.start(1, 0);
    stage.make(seeding, 1, host.host(), from.origin());
    BackupRestored restored = stage.restored(seeding, 1);
    assertThat(GtidSet.parse(restored.gtidSet())).isEqualTo(from.executed());
    LocalServer server =
        LocalServer.adopt(
                host.directory().resolve("servers").resolve(new JobId(seeding, 1).folderName()),
                MYSQL.fleet().tree())
            .orElseThrow();
    return new Made(seeding, agent, server, accounts);
  }

  /** A server that a host made, with the accounts that services are configured with now. */
  private record Made(String seeding, RunningAgent agent, LocalServer server, FleetAccounts now)
      implements AutoCloseable {
    /** As the catch-up does it: what was rotated since is replayed, too. */
    void catchUp() {
      GtidSet target = primary.gtidExecuted();
      try (MysqlSession session = server.open(now.agent())) {
        assertThat(session.queryValue("SELECT @@global.super_read_only")).contains("1");
        Replication.attachUnlessAhead(session, primary.address(), now.replicator(), target);
        Awaitility.await()
            .atMost(Stage.PATIENCE)
            .until(() -> session.gtidExecuted().contains(target));
        assertThat(session.gtidExecuted()).isEqualTo(primary.gtidExecuted());
      }
      assertAdmitted(now);
    }

    void assertAdmitted(FleetAccounts accounts) {
      accounts.ofReseed().forEach(account -> server.open(account).close());
    }

    void assertRefuses(Credentials account) {
      assertThatThrownBy(() -> server.open(account))
          .isInstanceOfSatisfying(
              MysqlException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.ACCESS_DENIED));
    }

    void assertAccountsOfPrimary(String columns) {
      String accounts = "SELECT User, Host, " + columns + " FROM mysql.user ORDER BY User, Host";
      try (MysqlSession session = server.open(now.admin())) {
        assertThat(session.query(accounts)).hasToString(primary.query(accounts).toString());
      }
    }

    /** Without its agent, which would remove a server whose mysqld is away. */
    Stage.BackedUp backUp() {
      agent.close();
      Stage.Stopped stopped;
      try (MysqlSession session = server.open(now.agent())) {
        Replication.detach(session);
        stopped =
            new Stage.Stopped(
                server.dataDirectory(),
                ServerPaths.ask(session),
                session.gtidExecuted(),
                session.serverUuid());
      }
      server.stopCleanly(Stage.PATIENCE);
      UnaryOperator<ManifestHeader> asItIs = header -> header;
      return Stage.snapshot(stopped, S3, asItIs);
    }

    @Override
    public void close() {
      agent.close();
      server.destroy();
    }
  }
}

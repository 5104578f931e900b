package io.reseed.mysql;

import static io.reseed.mysql.Fleet.ADMIN;
import static io.reseed.mysql.Fleet.REPLICATION;
import static io.reseed.mysql.Fleet.START;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.reseed.fleet.FailureCode;
import io.reseed.mysql.Observation.Kind;
import io.reseed.mysql.Observation.Reachable;
import io.reseed.mysql.Observation.Unreachable;
import io.reseed.mysql.check.ContentComparison;
import io.reseed.mysql.check.ContentComparison.Bounds;
import io.reseed.mysql.check.ContentComparison.Verdict;
import io.reseed.mysql.check.ServerLogin;
import io.reseed.mysql.check.TableCheck;
import io.reseed.mysql.check.TableName;
import io.reseed.mysql.check.Trio;
import io.reseed.mysql.replication.Clone;
import io.reseed.mysql.replication.CloneRequest;
import io.reseed.mysql.replication.Replication;
import io.reseed.mysql.server.LocalServer;
import io.reseed.mysql.server.ServerPaths;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Each operation with an account that has just the privileges that the README lists for it. */
@ExtendWith(Fleet.Extension.class)
@Tag("slow")
final class PrivilegesTest {
  private static final Duration WAIT = Duration.ofSeconds(30);
  private static final Pattern GRANT =
      Pattern.compile("^GRANT (.+) ON (\\S+) TO '(\\w+)'@'%';$", Pattern.MULTILINE);

  private final Fleet fleet;

  PrivilegesTest(Fleet fleet) {
    this.fleet = fleet;
  }

  /** The accounts as the README has them, so that it cannot differ from what works. */
  private static Map<String, List<String>> readmeGrants() throws IOException {
    Map<String, List<String>> grants = new TreeMap<>();
    Matcher matcher = GRANT.matcher(Files.readString(Path.of("README.md")));
    while (matcher.find()) {
      grants.merge(
          matcher.group(3),
          List.of(matcher.group()),
          (a, b) -> List.of(a.getFirst(), b.getFirst()));
    }
    return grants;
  }

  private static Credentials account(LocalServer server, String user) throws IOException {
    Credentials credentials = Fleet.account(user, user + "-secret");
    try (MysqlSession session = server.open(ADMIN)) {
      session.execute("SET SESSION sql_log_bin = 0");
      session.execute("SET GLOBAL super_read_only = OFF");
      session.execute("DROP USER IF EXISTS ?@'%'", user);
      session.execute("CREATE USER ?@'%' IDENTIFIED BY ?", user, credentials.password());
      for (String grant : readmeGrants().getOrDefault(user, List.of())) {
        session.execute(grant);
      }
    }
    return credentials;
  }

  private static void drop(LocalServer server, String user) {
    try (MysqlSession session = server.open(ADMIN)) {
      session.execute("SET SESSION sql_log_bin = 0");
      session.execute("SET GLOBAL super_read_only = OFF");
      session.execute("SET GLOBAL read_only = OFF");
      session.execute("DROP USER ?@'%'", user);
    }
  }

  @Test
  void theReadmeListsFiveAccounts() throws IOException {
    assertThat(readmeGrants().keySet())
        .containsExactly("agent", "checker", "cloner", "observer", "replicator");
  }

  @Test
  void theObserverSeesEverythingAndChangesNothing() throws IOException {
    LocalServer server = fleet.shared("b");
    Credentials observer = account(server, "observer");
    try (MysqlSession admin = server.open(ADMIN)) {
      Replication.attach(admin, fleet.shared("a").address(), REPLICATION);
    }
    assertThat(Probe.observe(server.address(), observer, WAIT))
        .isInstanceOfSatisfying(
            Reachable.class, seen -> assertThat(seen.server().replication()).isPresent());
    try (MysqlSession session = server.open(observer)) {
      assertThat(session.bytesSent()).isPositive();
      assertDenied(() -> session.execute("STOP REPLICA"));
      assertDenied(() -> session.execute("CREATE DATABASE forbidden"));
    }
    try (MysqlSession admin = server.open(ADMIN)) {
      Replication.detach(admin);
    }
    drop(server, "observer");
  }

  @Test
  @Tag("long")
  void theCheckerComparesAndChangesNothing() throws Exception {
    Trio trio = Trio.start(fleet);
    trio.onSource("CREATE DATABASE fleet", "CREATE TABLE fleet.t (id INT PRIMARY KEY)");
    trio.awaitCopy();
    ServerLogin agent = new ServerLogin(trio.copy().address(), account(trio.copy(), "agent"));
    Credentials checker = account(trio.replica(), "checker");
    TableName table = new TableName("fleet", "t");
    assertThat(
            new ContentComparison(
                    agent, new ServerLogin(trio.replica().address(), checker), Bounds.DEFAULT)
                .compare(table)
                .verdict())
        .isEqualTo(new Verdict.Equal());
    try (TableCheck check = new TableCheck(agent, WAIT)) {
      assertThat(check.check(table)).isEqualTo(new TableCheck.Outcome.Intact());
    }
    try (MysqlSession admin = trio.replica().open(ADMIN);
        MysqlSession session = trio.replica().open(checker)) {
      admin.execute("SET GLOBAL read_only = OFF");
      assertDenied(() -> session.execute("DELETE FROM fleet.t"));
      assertDenied(() -> session.execute("DROP TABLE fleet.t"));
      assertDenied(() -> session.execute("STOP REPLICA"));
      assertDenied(() -> session.execute("SET GLOBAL read_only = OFF"));
    }
    trio.destroy();
  }

  @Test
  void anAccountWithoutPrivilegesIsNotTakenForADeadServer() throws IOException {
    LocalServer server = fleet.shared("b");
    Credentials nobody = account(server, "nobody");
    assertThat(Probe.observe(server.address(), nobody, WAIT))
        .isInstanceOfSatisfying(
            Unreachable.class, seen -> assertThat(seen.kind()).isEqualTo(Kind.ACCESS_DENIED));
    drop(server, "nobody");
  }

  @Test
  void theAgentAttachesServesAndDetaches() throws IOException {
    LocalServer source = fleet.shared("a");
    LocalServer replica = fleet.shared("c");
    Credentials agent = account(replica, "agent");
    Credentials replicator = account(source, "replicator");
    try (MysqlSession session = replica.open(agent)) {
      assertThat(ServerPaths.ask(session).roots()).containsKey(ServerPaths.DATA);
      Replication.attach(session, source.address(), replicator);
      await().atMost(WAIT).until(() -> session.probe().replication().orElseThrow().running());
      Replication.beginServing(session);
      Replication.promote(session);
      assertThat(session.probe().writable()).isTrue();
      assertDenied(() -> session.execute("CREATE USER forbidden"));
    }
    try (MysqlSession admin = replica.open(ADMIN)) {
      admin.execute("RESET PERSIST");
    }
    drop(replica, "agent");
    drop(source, "replicator");
  }

  @Test
  void theAgentClonesFromADonorThatKnowsTheCloner() throws IOException {
    LocalServer donor = fleet.shared("a");
    Credentials cloner = account(donor, "cloner");
    LocalServer recipient = fleet.started(fleet.fresh());
    Credentials agent = account(recipient, "agent");
    CloneRequest request =
        new CloneRequest(donor.address(), cloner, agent, 0, Duration.ofSeconds(90));
    Clone.run(recipient, request, _ -> {});
    recipient.start(START);
    try (MysqlSession session = recipient.open(ADMIN);
        MysqlSession source = donor.open(ADMIN)) {
      assertThat(Clone.outcome(session)).isEqualTo(source.gtidExecuted());
    }
    recipient.destroy();
    drop(donor, "cloner");
  }

  private static void assertDenied(Runnable statement) {
    assertThatThrownBy(statement::run)
        .isInstanceOfSatisfying(
            MysqlException.class,
            e -> assertThat(e.code()).isEqualTo(FailureCode.PRIVILEGE_MISSING));
  }
}

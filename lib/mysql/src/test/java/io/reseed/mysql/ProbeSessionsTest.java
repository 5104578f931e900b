package io.reseed.mysql;

import static io.reseed.mysql.Fleet.ADMIN;
import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.fleet.ServerAddress;
import io.reseed.fleet.SettingDifference;
import io.reseed.mysql.Observation.Kind;
import io.reseed.mysql.Observation.Reachable;
import io.reseed.mysql.Observation.Unreachable;
import io.reseed.mysql.server.LocalServer;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Fleet.Extension.class)
@Tag("slow")
final class ProbeSessionsTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final Credentials LOOKER = Fleet.account("looker", "looker-secret");

  private final Fleet fleet;
  private final AtomicLong nanos = new AtomicLong();

  ProbeSessionsTest(Fleet fleet) {
    this.fleet = fleet;
  }

  @Test
  void manyLooksAreOneConnectionAndSeeWhatALookOverANewOneSees() {
    LocalServer server = withLooker("looked-at");
    try (ProbeSessions sessions = sessions(10);
        MysqlSession admin = server.open(ADMIN)) {
      look(sessions, server);
      long before = connections(admin);
      for (int i = 0; i < 50; i++) {
        look(sessions, server);
      }
      assertThat(connections(admin)).isEqualTo(before);
      assertThat(sessions.observe(server.address(), LOOKER))
          .isEqualTo(Probe.observe(server.address(), LOOKER, TIMEOUT));
    }
  }

  @Test
  void aSessionThatTheServerEndedIsNoFaultOfTheServer() {
    LocalServer server = withLooker("looked-at");
    try (ProbeSessions sessions = sessions(10);
        MysqlSession admin = server.open(ADMIN)) {
      look(sessions, server);
      lookers(admin).forEach(id -> admin.execute("KILL " + id));
      look(sessions, server);
    }
  }

  @Test
  void whatAKeptSessionCannotSayIsAskedOverANewOne() {
    LocalServer server = withLooker("stopped");
    try (ProbeSessions sessions = sessions(10)) {
      look(sessions, server);
      server.kill();
      assertKind(sessions, server, LOOKER, Kind.REFUSED);
      server.start(TIMEOUT.multipliedBy(6));
      look(sessions, server);
      try (MysqlSession admin = server.open(ADMIN)) {
        admin.execute("REVOKE SELECT ON performance_schema.* FROM 'looker'@'%'");
      }
      assertKind(sessions, server, LOOKER, Kind.ACCESS_DENIED);
    }
  }

  @Test
  void anAccountsSessionServesNoOther() {
    LocalServer server = withLooker("looked-at");
    try (ProbeSessions sessions = sessions(10)) {
      look(sessions, server);
      Credentials wrong = Fleet.account(LOOKER.user(), "another-secret");
      assertKind(sessions, server, wrong, Kind.ACCESS_DENIED);
      assertThat(sessions.idle()).isOne();
    }
  }

  @Test
  void sessionsThatNobodyUsesAndOldOnesAreClosed() {
    LocalServer server = withLooker("looked-at");
    LocalServer other = withLooker("other");
    try (ProbeSessions sessions = sessions(10);
        MysqlSession admin = server.open(ADMIN)) {
      look(sessions, server);
      nanos.addAndGet(Duration.ofSeconds(61).toNanos());
      look(sessions, other);
      assertThat(sessions.idle()).isOne();
      assertThat(lookers(admin)).isEmpty();

      look(sessions, server);
      List<String> young = lookers(admin);
      for (int i = 0; i < 20; i++) {
        nanos.addAndGet(Duration.ofSeconds(50).toNanos());
        look(sessions, server);
      }
      assertThat(lookers(admin)).hasSize(1).doesNotContainAnyElementsOf(young);
    }
  }

  @Test
  void atMostSoManyAreKeptHoweverManyLookAtOnce() throws Exception {
    LocalServer server = withLooker("looked-at");
    LocalServer other = withLooker("other");
    try (MysqlSession admin = server.open(ADMIN)) {
      try (ProbeSessions sessions = sessions(1);
          ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
        List<Future<Observation>> looks =
            IntStream.range(0, 12)
                .mapToObj(
                    i ->
                        threads.submit(
                            () ->
                                sessions.observe((i % 2 == 0 ? server : other).address(), LOOKER)))
                .toList();
        for (Future<Observation> look : looks) {
          assertThat(look.get()).isInstanceOf(Reachable.class);
        }
        assertThat(sessions.idle()).isOne();
        assertThat(lookers(admin)).hasSizeLessThanOrEqualTo(1);
      }
      assertThat(lookers(admin)).as("after the close").isEmpty();
      try (ProbeSessions none = sessions(0)) {
        look(none, server);
        assertThat(lookers(admin)).isEmpty();
      }
    }
  }

  @Test
  void settingsAreReadNowAndThenOnly() {
    LocalServer server = withLooker("looked-at");
    try (ProbeSessions sessions = sessions(10);
        MysqlSession admin = server.open(ADMIN)) {
      assertThat(sessions.settings(server.address(), LOOKER)).isEmpty();
      look(sessions, server);
      assertThat(connectionsMax(sessions, server)).isEqualTo("151");
      ServerSettings usual = sessions.settings(server.address(), LOOKER).orElseThrow();
      assertThat(usual.values().keySet()).isEqualTo(ServerSettings.names());

      long before = statements(admin);
      look(sessions, server);
      long ofALook = statements(admin) - before;
      assertThat(ofALook).isLessThanOrEqualTo(5);
      admin.execute("SET GLOBAL max_connections = 100");
      for (int i = 0; i < 9; i++) {
        look(sessions, server);
      }
      assertThat(statements(admin) - before).isEqualTo(10 * ofALook);
      assertThat(connectionsMax(sessions, server)).isEqualTo("151");

      nanos.addAndGet(KeptSettings.AGE_MAX.toNanos());
      look(sessions, server);
      assertThat(statements(admin) - before).isEqualTo(11 * ofALook + 1);
      assertThat(sessions.settings(server.address(), LOOKER).orElseThrow())
          .satisfies(
              now ->
                  assertThat(now.shortcomingsBeside(usual, Set.of()))
                      .containsExactly(new SettingDifference("max_connections", "100", "151")));

      admin.execute("SET GLOBAL max_connections = 151");
      lookers(admin).forEach(id -> admin.execute("KILL " + id));
      look(sessions, server);
      assertThat(connectionsMax(sessions, server)).as("of a server anew").isEqualTo("151");
    }
  }

  private static String connectionsMax(ProbeSessions sessions, LocalServer server) {
    return sessions
        .settings(server.address(), LOOKER)
        .map(settings -> settings.values().get("max_connections"))
        .orElseThrow();
  }

  private static long statements(MysqlSession admin) {
    return admin
        .query(
            """
            SELECT SUM(COUNT_STAR) AS n
             FROM performance_schema.events_statements_summary_by_user_by_event_name
             WHERE USER = 'looker' AND EVENT_NAME LIKE 'statement/sql/%'
            """)
        .getFirst()
        .number("n");
  }

  private ProbeSessions sessions(int max) {
    return new ProbeSessions(TIMEOUT, max, nanos::get);
  }

  private LocalServer withLooker(String name) {
    LocalServer server = fleet.shared(name);
    try (MysqlSession admin = server.open(ADMIN)) {
      admin.execute("CREATE USER IF NOT EXISTS 'looker'@'%' IDENTIFIED BY 'looker-secret'");
      admin.execute("GRANT REPLICATION CLIENT, REPLICATION SLAVE, PROCESS ON *.* TO 'looker'@'%'");
      admin.execute("GRANT SELECT ON performance_schema.* TO 'looker'@'%'");
    }
    return server;
  }

  private static void look(ProbeSessions sessions, LocalServer server) {
    assertThat(sessions.observe(server.address(), LOOKER)).isInstanceOf(Reachable.class);
  }

  private static void assertKind(
      ProbeSessions sessions, LocalServer server, Credentials account, Kind kind) {
    ServerAddress address = server.address();
    assertThat(sessions.observe(address, account))
        .isInstanceOfSatisfying(Unreachable.class, seen -> assertThat(seen.kind()).isEqualTo(kind));
  }

  private static long connections(MysqlSession admin) {
    return admin.query("SHOW GLOBAL STATUS LIKE 'Connections'").getFirst().number("Value");
  }

  /** The server ends a session a moment after its client did. */
  private static List<String> lookers(MysqlSession admin) {
    admin.queryValue("SELECT SLEEP(0.2)");
    return admin
        .query("SELECT ID FROM performance_schema.processlist WHERE USER = 'looker'")
        .stream()
        .map(row -> row.text("ID"))
        .toList();
  }
}

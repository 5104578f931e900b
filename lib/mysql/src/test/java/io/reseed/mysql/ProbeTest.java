package io.reseed.mysql;

import static io.reseed.mysql.Fleet.ADMIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reseed.fleet.FailureCode;
import io.reseed.fleet.ServerAddress;
import io.reseed.mysql.Observation.Kind;
import io.reseed.mysql.Observation.Reachable;
import io.reseed.mysql.Observation.Unreachable;
import io.reseed.mysql.server.LocalServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Fleet.Extension.class)
@Tag("slow")
final class ProbeTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  @Test
  void seesAServerThatIsNoReplica(Fleet fleet) {
    LocalServer server = fleet.shared("a");
    assertThat(Probe.observe(server.address(), ADMIN, TIMEOUT))
        .isInstanceOfSatisfying(
            Reachable.class,
            seen -> {
              ServerObservation observed = seen.server();
              assertThat(observed.version()).isEqualTo(fleet.tree().version());
              assertThat(observed.serverId()).isEqualTo(server.spec().serverId());
              assertThat(observed.serverUuid()).hasSize(36);
              assertThat(observed.writable()).isTrue();
              assertThat(observed.replication()).isEmpty();
            });
  }

  @Test
  void tellsARefusedConnectionFromAWrongPassword(Fleet fleet) {
    assertKind(Kind.REFUSED, Fleet.freeAddress(), ADMIN, TIMEOUT);
    Credentials wrong = Fleet.account("admin", "wrong-secret");
    ServerAddress address = fleet.shared("a").address();
    assertKind(Kind.ACCESS_DENIED, address, wrong, TIMEOUT);
    assertKind(Kind.UNKNOWN_HOST, new ServerAddress("no-such-host.invalid", 3306), ADMIN, TIMEOUT);
    assertThat(((Unreachable) Probe.observe(address, wrong, TIMEOUT)).reason())
        .contains("admin", address.toString())
        .doesNotContain("wrong-secret");
  }

  /** A stalled server accepts connections in the kernel and never greets. */
  @Test
  void givesUpOnAServerThatDoesNotAnswer() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      ServerAddress address = new ServerAddress("127.0.0.1", silent.getLocalPort());
      long begun = System.nanoTime();
      assertKind(Kind.TIMEOUT, address, ADMIN, Duration.ofMillis(300));
      Timeouts longStatements = new Timeouts(Duration.ofMillis(300), Duration.ofHours(5));
      assertThatThrownBy(() -> MysqlSession.open(address, ADMIN, longStatements))
          .isInstanceOfSatisfying(
              MysqlException.class,
              e -> assertThat(e.code()).isEqualTo(FailureCode.CONNECTION_TIMEOUT));
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofMinutes(1));
    }
  }

  @Test
  void boundsEachStatement(Fleet fleet) {
    Timeouts brief = new Timeouts(TIMEOUT, Duration.ofMillis(300));
    try (MysqlSession session = MysqlSession.open(fleet.shared("a").address(), ADMIN, brief)) {
      assertThatThrownBy(() -> session.query("SELECT SLEEP(20)"))
          .isInstanceOf(MysqlException.class)
          .extracting(e -> ((MysqlException) e).code())
          .isEqualTo(FailureCode.STATEMENT_TIMEOUT);
    }
  }

  @Test
  void errorsHideWhatIsQuoted(Fleet fleet) {
    try (MysqlSession session = fleet.shared("a").open(ADMIN)) {
      assertThatThrownBy(() -> session.execute("CREATE USER 'x'@'%' IDENTIFIED 'top-secret'"))
          .isInstanceOf(MysqlException.class)
          .satisfies(
              e -> assertThat(((MysqlException) e).code()).isEqualTo(FailureCode.STATEMENT_FAILED))
          .hasMessageContaining("CREATE USER")
          .hasMessageNotContaining("top-secret");
    }
  }

  @Test
  void countsWhatTheServerSent(Fleet fleet) {
    try (MysqlSession session = fleet.shared("a").open(ADMIN)) {
      long before = session.bytesSent();
      session.query("SELECT REPEAT('x', 100000)");
      assertThat(session.bytesSent() - before).isGreaterThan(100_000);
    }
  }

  private static void assertKind(
      Kind kind, ServerAddress address, Credentials credentials, Duration timeout) {
    assertThat(Probe.observe(address, credentials, timeout))
        .isInstanceOfSatisfying(Unreachable.class, seen -> assertThat(seen.kind()).isEqualTo(kind));
  }
}

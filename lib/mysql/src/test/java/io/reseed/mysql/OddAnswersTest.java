package io.reseed.mysql;

import static io.reseed.mysql.Fleet.ADMIN;
import static io.reseed.mysql.Fleet.REPLICATION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.reseed.fleet.ServerAddress;
import io.reseed.mysql.Observation.Kind;
import io.reseed.mysql.Observation.Reachable;
import io.reseed.mysql.Observation.Unreachable;
import io.reseed.mysql.server.LocalServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a server says of itself and of others is observed, or is why it cannot be. */
@ExtendWith(Fleet.Extension.class)
final class OddAnswersTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final Duration WAIT = Duration.ofSeconds(30);

  private final Fleet fleet;

  OddAnswersTest(Fleet fleet) {
    this.fleet = fleet;
  }

  /** MySQL itself refuses a source whose name is not in ASCII. */
  @ParameterizedTest
  @CsvSource({
    "bad name, 3306, ",
    "db/1, 3306, ",
    "-db, 3306, ",
    "db:1, 3306, ",
    "mysql_primary, 3306, mysql_primary:3306",
    "db-1.example, 65535, db-1.example:65535",
    "127.0.0.1, 3306, 127.0.0.1:3306",
    "::1, 3306, [::1]:3306",
    "fe80::1%eth0, 3306, [fe80::1%eth0]:3306",
  })
  void aSourceWithoutAUsableAddressIsUnknownAndTheServerIsObserved(
      String host, int port, @Nullable String expected) {
    LocalServer server = fleet.shared("odd");
    try (MysqlSession session = server.open(ADMIN)) {
      session.execute(
          "CHANGE REPLICATION SOURCE TO SOURCE_HOST = '%s', SOURCE_PORT = %d"
              .formatted(host, port));
    }
    try {
      ReplicaChannel channel = observed(server.address()).replication().orElseThrow();
      assertThat(channel.source())
          .isEqualTo(Optional.ofNullable(expected).map(ServerAddress::parse));
      assertThat(channel.running()).isFalse();
    } finally {
      try (MysqlSession session = server.open(ADMIN)) {
        session.execute("RESET REPLICA ALL");
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "größe, ",
    "::1, [::1]:%d",
  })
  void aReplicaThatReportsNoAddressIsCountedAndHasNone(String reported, @Nullable String expected) {
    assertCounted(reported, expected);
  }

  @ParameterizedTest
  @CsvSource({
    "bad name, ",
    "mysql_replica, mysql_replica:%d",
  })
  @Tag("long")
  void otherReplicasAreCountedToo(String reported, @Nullable String expected) {
    assertCounted(reported, expected);
  }

  private void assertCounted(String reported, @Nullable String expected) {
    LocalServer source = fleet.shared("a");
    LocalServer replica = fleet.fresh(withReportHost(reported));
    fleet.started(replica);
    try (MysqlSession session = replica.open(ADMIN)) {
      session.execute("SET GLOBAL super_read_only = OFF");
      session.execute("RESET BINARY LOGS AND GTIDS");
      session.execute(
          """
          CHANGE REPLICATION SOURCE TO SOURCE_HOST = '%s', SOURCE_PORT = %d, SOURCE_USER = ?,
            SOURCE_PASSWORD = ?, SOURCE_AUTO_POSITION = 1, GET_SOURCE_PUBLIC_KEY = 1
          """
              .formatted(source.address().host(), source.address().port()),
          REPLICATION.user(),
          REPLICATION.password());
      session.execute("START REPLICA IO_THREAD");
    }
    try {
      await()
          .atMost(WAIT)
          .untilAsserted(
              () ->
                  assertThat(observed(source.address()).connectedReplicas())
                      .filteredOn(other -> other.serverId() == replica.spec().serverId())
                      .singleElement()
                      .satisfies(
                          other ->
                              assertThat(other.address())
                                  .isEqualTo(
                                      Optional.ofNullable(expected)
                                          .map(it -> it.formatted(replica.address().port()))
                                          .map(ServerAddress::parse))));
    } finally {
      replica.destroy();
    }
  }

  private static Map<String, String> withReportHost(String host) {
    return Map.of("report_host", host, "innodb_flush_log_at_trx_commit", "2", "sync_binlog", "0");
  }

  @Test
  void anAccountWithoutPrivilegesIsRefusedByAServerThatLives() {
    LocalServer server = fleet.shared("a");
    try (MysqlSession session = server.open(ADMIN)) {
      session.execute("CREATE USER IF NOT EXISTS 'bare'@'%' IDENTIFIED BY 'bare-secret'");
    }
    Observation seen =
        Probe.observe(server.address(), Fleet.account("bare", "bare-secret"), TIMEOUT);
    assertThat(seen)
        .isInstanceOfSatisfying(
            Unreachable.class,
            unreachable -> {
              assertThat(unreachable.kind()).isEqualTo(Kind.ACCESS_DENIED);
              assertThat(unreachable.kind().provesListener()).isTrue();
            });
  }

  static Stream<Arguments> greetings() {
    return Stream.of(
        Arguments.of("nothing", new byte[0]),
        Arguments.of(
            "HTTP", "HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII)),
        Arguments.of("an empty packet", new byte[] {0, 0, 0, 0}),
        Arguments.of("a greeting that ends early", new byte[] {3, 0, 0, 0, 10, '9', '.'}),
        Arguments.of("an unknown protocol", new byte[] {4, 0, 0, 0, 99, '9', '.', 0}),
        Arguments.of("bytes without sense", new byte[] {-1, -1, -1, -1, -1, -1, -1, -1, -1}));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("greetings")
  void whatIsNoServerIsObservedAsNone(String name, byte[] greeting) throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      Thread greeter = Thread.ofVirtual().start(() -> greet(socket, greeting));
      ServerAddress address = new ServerAddress("127.0.0.1", socket.getLocalPort());
      assertThat(Probe.observe(address, ADMIN, Duration.ofSeconds(2)))
          .as(name)
          .isInstanceOf(Unreachable.class);
      greeter.interrupt();
    }
  }

  private static void greet(ServerSocket socket, byte[] greeting) {
    try (Socket client = socket.accept();
        OutputStream out = client.getOutputStream()) {
      out.write(greeting);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aServerIsReachedByEachNameThatAnAddressMayHave() {
    assumeTrue(hasIpv6(), "a server cannot listen on ::1 here");
    LocalServer server = fleet.started(fleet.fresh(Map.of("bind_address", "127.0.0.1,::1")));
    try {
      for (String host : List.of("::1", "localhost")) {
        ServerAddress address = new ServerAddress(host, server.address().port());
        assertThat(observed(address).address()).isEqualTo(address);
      }
    } finally {
      server.destroy();
    }
  }

  private static boolean hasIpv6() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral("::1"))) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }

  /** A name with a scope is no name that the driver's own syntax gives a meaning to. */
  @ParameterizedTest
  @CsvSource({"fe80::1%lo", "fe80::1%nowhere", "no_such_host.invalid"})
  void aNameThatLeadsNowhereIsOneThatDoesNotAnswer(String host) {
    assertThat(Probe.observe(new ServerAddress(host, 3306), ADMIN, Duration.ofSeconds(2)))
        .isInstanceOfSatisfying(
            Unreachable.class, seen -> assertThat(seen.kind().provesListener()).isFalse());
  }

  private static ServerObservation observed(ServerAddress address) {
    Observation seen = Probe.observe(address, ADMIN, TIMEOUT);
    assertThat(seen).isInstanceOf(Reachable.class);
    return ((Reachable) seen).server();
  }
}

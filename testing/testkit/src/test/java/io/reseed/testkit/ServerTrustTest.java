package io.reseed.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reseed.fleet.FailureCode;
import io.reseed.fleet.ServerAddress;
import io.reseed.mysql.Credentials;
import io.reseed.mysql.MysqlException;
import io.reseed.mysql.MysqlSession;
import io.reseed.mysql.Observation;
import io.reseed.mysql.Probe;
import io.reseed.mysql.Row;
import io.reseed.mysql.Timeouts;
import io.reseed.mysql.replication.Clone;
import io.reseed.mysql.replication.CloneRequest;
import io.reseed.mysql.replication.Replication;
import io.reseed.mysql.trust.AllowedServers;
import io.reseed.mysql.trust.ServerTrust;
import io.reseed.mysql.trust.TlsMode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A password goes to a server that was allowed and showed who it is, and to no other. */
class ServerTrustTest {
  @RegisterExtension private static final MysqlExtension MYSQL = new MysqlExtension();
  private static final List<String> LOOPBACK = List.of("127.0.0.0/8");
  private static final Duration TIMEOUT = Duration.ofMinutes(1);

  private static MysqlServerProcess server;

  @TempDir private Path folder;

  @BeforeAll
  static void start() {
    server = MYSQL.fleet().newServer("trusted");
  }

  private static Credentials observer() {
    return MYSQL.fleet().accounts().observer();
  }

  private static Credentials trusting(Credentials account, TlsMode mode, Path authorities) {
    return new Credentials(
        account.user(),
        account.password(),
        new ServerTrust(new AllowedServers(LOOPBACK), mode, Optional.of(authorities)));
  }

  private static Credentials trusting(TlsMode mode) {
    return trusting(observer(), mode, observer().trust().authorities().orElseThrow());
  }

  private static void login(ServerAddress address, Credentials account) {
    MysqlSession.open(address, account, Timeouts.PROBE).close();
  }

  private static void assertRefused(
      ServerAddress address, Credentials account, FailureCode code, String words) {
    assertThatThrownBy(() -> login(address, account))
        .isInstanceOfSatisfying(MysqlException.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessageContaining(words);
    assertThat(Probe.observe(address, account, TIMEOUT))
        .isInstanceOfSatisfying(
            Observation.Unreachable.class,
            seen -> {
              assertThat(seen.kind())
                  .isEqualTo(
                      code == FailureCode.TLS_FAILED
                          ? Observation.Kind.NOT_VERIFIED
                          : Observation.Kind.NOT_ALLOWED);
              assertThat(seen.kind().provesListener()).isTrue();
            });
  }

  @Test
  void aServerThatShowsWhoItIsIsLoggedInAt() {
    assertThatCode(() -> login(server.address(), observer())).doesNotThrowAnyException();
    try (MysqlSession session = server.open()) {
      assertThat(
              session.queryValue(
                  "SELECT VARIABLE_VALUE FROM performance_schema.session_status"
                      + " WHERE VARIABLE_NAME = 'Ssl_version'"))
          .hasValue("TLSv1.3");
    }
  }

  @Test
  void acceptsNoOtherAuthority() {
    Path others = ServerCertificates.in(folder, List.of(server.address().host())).trusted();

    for (TlsMode mode : List.of(TlsMode.VERIFY_IDENTITY, TlsMode.VERIFY_CA)) {
      assertRefused(
          server.address(),
          trusting(observer(), mode, others),
          FailureCode.TLS_FAILED,
          "did not show that it is the server");
    }
  }

  @Test
  void acceptsNoCertificateForAnotherAddressUnlessToldTo() {
    String unnamed = "127.77.0.1";
    ServerAddress address = new ServerAddress(unnamed, FreePort.on(unnamed));
    MysqlServerProcess other = MYSQL.fleet().newServer("unnamed", address, Map.of());

    assertRefused(address, trusting(TlsMode.VERIFY_IDENTITY), FailureCode.TLS_FAILED, unnamed);
    assertThatCode(() -> login(address, trusting(TlsMode.VERIFY_CA))).doesNotThrowAnyException();

    // nor does a replica of ours, which checks its source by itself
    MysqlServerProcess replica = MYSQL.fleet().newServer("doubting");
    try (MysqlSession session = replica.open()) {
      Replication.attach(
          session,
          address,
          trusting(
              MYSQL.fleet().accounts().replicator(),
              TlsMode.VERIFY_IDENTITY,
              observer().trust().authorities().orElseThrow()));
      Patience.await(
          "the replica doubting its source", TIMEOUT, () -> receiverError(session) == 2026);
    }
    MYSQL.fleet().destroy(replica);
    MYSQL.fleet().destroy(other);
  }

  private static long receiverError(MysqlSession replica) {
    return replica.query("SHOW REPLICA STATUS").getFirst().number("Last_IO_Errno");
  }

  @Test
  void aServerWithoutTlsGetsNoPassword() {
    MysqlServerProcess plain =
        MYSQL.fleet().newServer("plain", MYSQL.fleet().nextAddress(), Map.of("tls_version", ""));

    assertRefused(
        plain.address(), trusting(TlsMode.VERIFY_CA), FailureCode.TLS_FAILED, "SSL Connection");
    assertThatCode(() -> login(plain.address(), trusting(TlsMode.TRUSTED_NETWORK)))
        .doesNotThrowAnyException();
    MYSQL.fleet().destroy(plain);
  }

  @Test
  void aServerThatIsNotAllowedSeesNoConnection() throws Exception {
    try (RogueServer rogue = RogueServer.start()) {
      Credentials elsewhere =
          new Credentials(
              observer().user(),
              observer().password(),
              ServerTrust.trustedNetwork(List.of("10.0.0.0/8", "*.db.example")));

      assertRefused(
          rogue.address(), elsewhere, FailureCode.SERVER_NOT_ALLOWED, "10.0.0.0/8, *.db.example");
      try (MysqlSession session = server.open()) {
        assertThatThrownBy(() -> Replication.attach(session, rogue.address(), elsewhere))
            .isInstanceOfSatisfying(
                MysqlException.class,
                e -> assertThat(e.code()).isEqualTo(FailureCode.SERVER_NOT_ALLOWED));
        assertThat(session.replication()).isEmpty();
      }
      assertThat(rogue.received()).isEmpty();
    }
  }

  @Test
  void aRogueServerInAnAllowedNetworkLearnsNothing() throws Exception {
    try (RogueServer rogue = RogueServer.start()) {
      assertRefused(
          rogue.address(),
          trusting(TlsMode.VERIFY_IDENTITY),
          FailureCode.TLS_FAILED,
          "SSL Connection");

      assertThat(rogue.received()).isNotEmpty();
      assertThat(String.join("", rogue.received()))
          .doesNotContain(observer().user())
          .doesNotContain(observer().password());
    }
  }

  @Test
  void aServerOfOursChecksItsSourceAndItsDonor() {
    MysqlServerProcess replica = MYSQL.fleet().newServer("replica");
    server.writeRows(3);
    Clone.run(
        replica.local(),
        new CloneRequest(
            server.address(),
            MYSQL.fleet().accounts().donor(),
            MYSQL.fleet().accounts().admin(),
            0,
            TIMEOUT),
        progress -> {});
    replica.start();
    replica.replicateFrom(server, TIMEOUT);

    Row channel = replica.query("SHOW REPLICA STATUS").getFirst();
    assertThat(channel.flag("Source_SSL_Verify_Server_Cert")).isTrue();
    assertThat(channel.text("Source_SSL_CA_File"))
        .isEqualTo(observer().trust().authorities().orElseThrow().toString());
    assertThat(channel.flag("Get_Source_public_key")).isFalse();
    assertThat(replica.rowCount()).isEqualTo(3);
    try (MysqlSession session = replica.open()) {
      assertThat(
              Replication.attach(session, server.address(), MYSQL.fleet().accounts().replicator()))
          .isEqualTo(Replication.Attached.ALREADY);
      assertThat(
              Replication.attach(
                  session,
                  server.address(),
                  trusting(
                      MYSQL.fleet().accounts().replicator(),
                      TlsMode.VERIFY_CA,
                      observer().trust().authorities().orElseThrow())))
          .as("another trust is another channel")
          .isEqualTo(Replication.Attached.NEWLY);
    }
    MYSQL.fleet().destroy(replica);
  }
}

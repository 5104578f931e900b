package io.reseed.failover.probe;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.failover.machine.Differences;
import io.reseed.failover.machine.ProbeResult;
import io.reseed.failover.machine.ProbeResult.Answered;
import io.reseed.failover.machine.ProbeResult.Unobserved;
import io.reseed.fleet.ServerAddress;
import io.reseed.fleet.SettingDifference;
import io.reseed.mysql.Credentials;
import io.reseed.mysql.MysqlSession;
import io.reseed.mysql.ProbeSessions;
import io.reseed.mysql.trust.AllowedServers;
import io.reseed.mysql.trust.ServerTrust;
import io.reseed.testkit.MysqlExtension;
import io.reseed.testkit.MysqlServerProcess;
import io.reseed.testkit.MysqlShard;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What one server says, or does not, keeps nobody from seeing the others. */
class ServerProbesTest {
  @RegisterExtension static final MysqlExtension MYSQL = new MysqlExtension();
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  @Test
  void eachServerThatCannotBeObservedIsNamedAndTheOthersAreSeen() throws Exception {
    MysqlShard shard = MYSQL.fleet().newShard("odd", 3);
    ServerAddress primary = shard.primary().address();
    ServerAddress healthy = shard.replicas().getFirst().address();
    MysqlServerProcess denied = shard.replicas().get(1);
    MysqlServerProcess sourceless = shard.replicas().get(2);
    try (MysqlSession session = denied.open()) {
      session.execute("SET GLOBAL super_read_only = OFF");
      session.execute("SET SESSION sql_log_bin = 0");
      session.execute("ALTER USER ?@'%' ACCOUNT LOCK", MYSQL.fleet().accounts().observer().user());
      session.execute("SET GLOBAL super_read_only = ON");
    }
    shard.replicas().getFirst().execute("SET GLOBAL max_connections = 100");
    shard.replicas().getFirst().execute("SET GLOBAL wait_timeout = 100");
    sourceless.execute("STOP REPLICA");
    sourceless.execute("CHANGE REPLICATION SOURCE TO SOURCE_HOST = 'bad name', SOURCE_PORT = 1");
    SettingDifference lessConnections = new SettingDifference("max_connections", "100", "151");
    try (ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        ProbeSessions sessions = new ProbeSessions(TIMEOUT, 10)) {
      Thread web = Thread.ofVirtual().start(() -> answerLikeAWebServer(socket));
      ServerAddress rubbish = new ServerAddress("127.0.0.1", socket.getLocalPort());
      ServerAddress nobody = new ServerAddress("no_such_host.invalid", 3306);
      Set<ServerAddress> asked = new TreeSet<>(Set.of(primary, rubbish, nobody));
      shard.replicas().forEach(replica -> asked.add(replica.address()));

      Map<ServerAddress, ProbeResult> seen =
          new ServerProbes(
                  anywhere(MYSQL.fleet().accounts().observer()),
                  sessions,
                  Set.of(),
                  Set.of("wait_timeout"))
              .observe(asked).stream()
                  .collect(Collectors.toMap(ProbeResult::server, Function.identity()));

      assertThat(seen.keySet()).isEqualTo(asked);
      assertThat(seen.get(primary))
          .isInstanceOfSatisfying(
              Answered.class,
              it -> {
                assertThat(it.acceptsWrites()).isTrue();
                assertThat(it.differences())
                    .containsOnly(
                        Map.entry(healthy, new Differences(List.of(lessConnections), 0)),
                        Map.entry(sourceless.address(), Differences.NONE));
              });
      assertThat(seen.get(healthy))
          .isInstanceOfSatisfying(
              Answered.class,
              it -> assertThat(it.replicatesFrom(primary, seen.get(primary))).isTrue());
      assertThat(seen.get(denied.address()))
          .isInstanceOfSatisfying(
              Unobserved.class,
              it -> {
                assertThat(it.listens()).isTrue();
                assertThat(it.reason()).contains("locked");
              });
      assertThat(seen.get(sourceless.address()))
          .isInstanceOfSatisfying(
              Answered.class,
              it -> {
                assertThat(it.channel()).isNotNull().matches(channel -> channel.source() == null);
                assertThat(it.replicatesFrom(primary, seen.get(primary))).isFalse();
              });
      assertThat(seen.get(rubbish)).isInstanceOf(Unobserved.class);
      assertThat(seen.get(nobody))
          .isInstanceOfSatisfying(Unobserved.class, it -> assertThat(it.listens()).isFalse());
      web.interrupt();
    }
  }

  /** One of the names leads nowhere, and is to be asked all the same. */
  private static Credentials anywhere(Credentials account) {
    ServerTrust trust = account.trust();
    return new Credentials(
        account.user(),
        account.password(),
        new ServerTrust(
            new AllowedServers(List.of("127.0.0.0/8", "*.invalid")),
            trust.tls(),
            trust.authorities()));
  }

  private static void answerLikeAWebServer(ServerSocket socket) {
    while (!Thread.currentThread().isInterrupted() && !socket.isClosed()) {
      try (Socket client = socket.accept()) {
        client
            .getOutputStream()
            .write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      } catch (IOException e) {
        if (!socket.isClosed()) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }
}

package io.reseed.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reseed.agent.JobId;
import io.reseed.events.SeedingOrigin;
import io.reseed.events.SeedingPurpose;
import io.reseed.fleet.FailureCode;
import io.reseed.fleet.FailureException;
import io.reseed.fleet.ServerAddress;
import io.reseed.mysql.Credentials;
import io.reseed.mysql.MysqlSession;
import io.reseed.mysql.server.LocalServer;
import io.reseed.mysql.trust.ServerTrust;
import io.reseed.restore.JobState.Slot;
import io.reseed.testkit.MysqlExtension;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Buffer pools fit into their host's memory. */
class ServerPoolTest {
  @RegisterExtension static final MysqlExtension MYSQL = new MysqlExtension();
  private static final ServerTrust TRUST = ServerTrust.trustedNetwork(List.of("127.0.0.0/8"));
  private static final Credentials LOOKER = new Credentials("looker", "secret", TRUST);

  @Test
  void ofServersTakeNoMoreThanTheHostHasForThem() throws Exception {
    ServerAddress address = MYSQL.fleet().nextAddress();
    Path folder = Files.createDirectories(MYSQL.fleet().folder().resolve("narrow"));
    Servers servers = servers(folder, address, "64G", new HostMemory(200));
    Slot slot = new Slot(address.port(), 4_711);

    LocalServer first = servers.create(job("first"), slot, Map.of());
    first.initialise(
        List.of("CREATE USER IF NOT EXISTS 'looker'@'%' IDENTIFIED BY 'secret'"),
        Duration.ofMinutes(1));
    first.start(Duration.ofMinutes(2));
    try (MysqlSession session = first.open(LOOKER)) {
      assertThat(session.queryValue("SELECT @@innodb_buffer_pool_size DIV 1048576"))
          .as("a whole chunk")
          .contains("128");
    } finally {
      first.kill();
    }
    assertThat(servers.create(job("first"), slot, Map.of()).spec()).isEqualTo(first.spec());
    assertThat(pool(servers.create(job("second"), slot, Map.of()))).isEqualTo(72);
    assertThatThrownBy(() -> servers.create(job("third"), slot, Map.of()))
        .isInstanceOfSatisfying(
            FailureException.class,
            full -> assertThat(full.code()).isEqualTo(FailureCode.HOST_MEMORY_FULL))
        .hasMessageContaining("65,536 MB is wanted")
        .hasMessageContaining("take 200");
    servers.destroy(job("first").id());
    assertThat(pool(servers.create(job("third"), slot, Map.of()))).isEqualTo(128);
  }

  @ParameterizedTest
  @CsvSource({
    "1024, 0, 1024",
    "1024, 976, 1024",
    "1024, 977, 896", // whole chunks of what is left
    "9000, 0, 1920",
    "9000, 1000, 896",
    "100, 1974, 26"
  })
  void areCutToWhatIsLeft(long wanted, long taken, long granted) {
    assertThat(new HostMemory(2_000).granted(wanted, taken)).isEqualTo(granted);
  }

  @ParameterizedTest
  @CsvSource({"1024, 1745", "9000, 1501", "5, 1996", "5, 3000"})
  void areRefusedWhereAFractionIsLeft(long wanted, long taken) {
    assertThatThrownBy(() -> new HostMemory(2_000).granted(wanted, taken))
        .isInstanceOf(FailureException.class);
  }

  @ParameterizedTest
  @CsvSource({"134217728, 128", "1, 1", "512K, 1", "8g, 8192", "2T, 2097152", "700M, 700"})
  void areWrittenAsMysqlWritesSizes(String size, long megabytes) {
    assertThat(ServerPool.megabytes(Map.of("innodb_buffer_pool_size", size))).contains(megabytes);
    assertThat(ServerPool.megabytes(Map.of("loose_innodb_buffer_pool_size", size)))
        .contains(megabytes);
  }

  @Test
  void ofOptionsThatAreNoSizesAreRefusedAtTheStart() {
    assertThatThrownBy(
            () ->
                MadeServerOptions.checked(
                    "commerce", Map.of("innodb-buffer-pool-size", "70%"), TRUST))
        .hasMessageContaining("innodb_buffer_pool_size is no size: 70%");
    assertThat(ServerPool.megabytes(Map.of())).isEqualTo(Optional.empty());
  }

  @Test
  void haveAShareOfTheMemoryThatThereIs() {
    assertThat(HostMemory.share(50).poolsMegabytesMax()).isPositive();
    assertThat(HostMemory.share(100).poolsMegabytesMax())
        .isGreaterThan(HostMemory.share(50).poolsMegabytesMax());
    assertThatThrownBy(() -> HostMemory.share(101)).hasMessageContaining("memory-share-max");
  }

  private static long pool(LocalServer server) {
    return ServerPool.megabytes(server.spec());
  }

  private static Servers servers(
      Path folder, ServerAddress address, String pool, HostMemory memory) {
    Servers.Cluster cluster =
        new Servers.Cluster(LOOKER, LOOKER, Map.of("innodb_buffer_pool_size", pool));
    return new Servers(
        SmallHost.of(address, folder, memory),
        MYSQL.fleet().tree(),
        Map.of(Stage.SHARD.cluster(), cluster));
  }

  private static Job job(String seeding) {
    return new Job(
        new JobId(seeding, 1),
        Stage.SHARD,
        SeedingPurpose.REPLICA,
        new SeedingOrigin.Backup("b"),
        0,
        new JobState.Accepted());
  }
}

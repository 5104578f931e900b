package io.reseed.testkit;

import io.reseed.fleet.ServerAddress;
import io.reseed.mysql.server.LocalServer;
import io.reseed.mysql.server.MysqlTree;
import io.reseed.mysql.server.ServerSpec;
import io.reseed.mysql.trust.AllowedServers;
import io.reseed.mysql.trust.ServerTrust;
import io.reseed.mysql.trust.TlsMode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Real MySQL servers on this machine, each with a loopback address, a port and a folder of its own,
 * and the accounts that operators create from {@code deploy/mysql-accounts.sql}.
 *
 * <p>The servers are detached processes, as in production, but they end with this JVM unless the
 * fleet is {@link #release released}. Several threads may make servers at once.
 */
public final class MysqlFleet implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(MysqlFleet.class);
  private static final Duration TIMEOUT = Duration.ofMinutes(2);
  private static final int BUFFER_POOL_MEGABYTES = 64;
  private static final int FOLDER_DEPTH_MAX = 5;
  private static final int ADDRESSES_MAX = 240;
  private static final int HOSTS_MAX = 40;

  private final Path folder;
  private final MysqlTree tree = MysqlTree.locate();
  private final ServerCertificates certificates;
  private final FleetAccounts accounts;
  private final List<MysqlServerProcess> servers = new CopyOnWriteArrayList<>();
  private final AtomicInteger addressCount = new AtomicInteger();
  private final AtomicInteger serverCount = new AtomicInteger();
  private final AtomicInteger hostCount = new AtomicInteger();
  private final int network = ThreadLocalRandom.current().nextInt(1, 255);
  private final long serverIdBase = ThreadLocalRandom.current().nextLong(1_000, 1_000_000) * 1_000;

  private MysqlFleet(Path folder) {
    this.folder = folder;
    certificates = ServerCertificates.in(folder, certified(network));
    accounts =
        FleetAccounts.generate(
            new ServerTrust(
                new AllowedServers(allowed(network)),
                TlsMode.VERIFY_IDENTITY,
                Optional.of(certificates.trusted())));
  }

  private static List<String> allowed(int network) {
    return List.of(
        "127.0.%d.0/24".formatted(network),
        "127.1.%d.0/24".formatted(network),
        "127.0.0.1",
        "::1",
        "localhost");
  }

  private static List<String> certified(int network) {
    List<String> addresses = new ArrayList<>(List.of("127.0.0.1", "0:0:0:0:0:0:0:1"));
    for (int i = 0; i < ADDRESSES_MAX; i++) {
      addresses.add(address(network, i));
    }
    for (int i = 0; i < HOSTS_MAX; i++) {
      addresses.add(hostAddress(network, i));
    }
    return addresses;
  }

  private static String address(int network, int number) {
    return "127.0.%d.%d".formatted(network, number + 10);
  }

  private static String hostAddress(int network, int number) {
    return "127.1.%d.%d".formatted(network, number + 10);
  }

  /** A fleet without servers yet, whose servers' folders will be made in this folder. */
  public static MysqlFleet in(Path folder) {
    Path absolute = folder.toAbsolutePath().normalize();
    try {
      Files.createDirectories(absolute);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot make the fleet's folder " + absolute, e);
    }
    Tether.ofThisJvm().holdServersUnder(absolute);
    return new MysqlFleet(absolute);
  }

  public FleetAccounts accounts() {
    return accounts;
  }

  /** Where its servers' folders lie. */
  public Path folder() {
    return folder;
  }

  /** Where the MySQL programs are. */
  public MysqlTree tree() {
    return tree;
  }

  /** All that were made and not destroyed, running or not. */
  public List<MysqlServerProcess> servers() {
    return List.copyOf(servers);
  }

  /** Makes and starts an empty, writable server with the accounts, at an address of its own. */
  public MysqlServerProcess newServer(String name) {
    return newServer(name, nextAddress(), Map.of());
  }

  /** Makes and starts a server at an address, with further lines for its my.cnf. */
  public MysqlServerProcess newServer(
      String name, ServerAddress address, Map<String, String> settings) {
    long serverId = serverIdBase + serverCount.incrementAndGet();
    Map<String, String> all = new HashMap<>(tlsOptions());
    all.putAll(settings);
    ServerSpec spec =
        ServerSpec.of(folder.resolve(name), address, serverId, BUFFER_POOL_MEGABYTES)
            .withSettings(all);
    LocalServer local = LocalServer.create(spec, tree);
    MysqlServerProcess server = new MysqlServerProcess(name, local, accounts);
    servers.add(server);
    local.initialise(accounts.statements(), TIMEOUT);
    server.start();
    LOG.debug("Started server={} folder={}", server, spec.directory());
    return server;
  }

  /**
   * Makes a primary, named {@code <name>-0}, and replicas that replicate from it, each at an
   * address of its own. They are started at the same time.
   */
  public MysqlShard newShard(String name, int replicaCount) {
    List<Future<MysqlServerProcess>> starting = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i <= replicaCount; i++) {
        String serverName = name + "-" + i;
        starting.add(threads.submit(() -> newServer(serverName)));
      }
    }
    List<MysqlServerProcess> started = starting.stream().map(MysqlFleet::startedServer).toList();
    MysqlServerProcess primary = started.getFirst();
    List<MysqlServerProcess> replicas = started.subList(1, started.size());
    replicas.forEach(replica -> replica.replicateFrom(primary, TIMEOUT));
    return new MysqlShard(name, primary, replicas);
  }

  private static MysqlServerProcess startedServer(Future<MysqlServerProcess> starting) {
    return switch (starting.state()) {
      case SUCCESS -> starting.resultNow();
      case FAILED ->
          throw new IllegalStateException(
              "A server of the shard did not start: " + starting.exceptionNow().getMessage(),
              starting.exceptionNow());
      case RUNNING, CANCELLED ->
          throw new IllegalStateException("Interrupted while servers of the shard were starting");
    };
  }

  /** A loopback address that no server of this fleet has, with a free port. */
  public ServerAddress nextAddress() {
    String address = address(network, addressCount.getAndIncrement() % ADDRESSES_MAX);
    return new ServerAddress(address, FreePort.on(address));
  }

  /**
   * A loopback address for a host that is to make servers; its certificate is {@link #tlsOptions}.
   */
  public String nextHostAddress() {
    return hostAddress(network, hostCount.getAndIncrement() % HOSTS_MAX);
  }

  /** Lines for my.cnf with which a server at an address of this fleet shows who it is. */
  public Map<String, String> tlsOptions() {
    return Map.of(
        "ssl_ca", certificates.trusted().toString(),
        "ssl_cert", certificates.server().toString(),
        "ssl_key", certificates.server().toString());
  }

  /** {@link FleetAccounts#settings} of a host's services, with the lines for servers made there. */
  public Map<String, String> hostSettings(String cluster, String... roles) {
    Map<String, String> values = new HashMap<>(accounts.settings(cluster, roles));
    tlsOptions()
        .forEach(
            (name, value) ->
                values.put(
                    "reseed.mysql.accounts.\"%s\".servers.options.%s".formatted(cluster, name),
                    value));
    return values;
  }

  /** Kills one server and removes its folder. */
  public void destroy(MysqlServerProcess server) {
    server.local().destroy();
    servers.remove(server);
  }

  /** Lets the servers live on when this JVM ends; {@link #destroyServersUnder} ends them. */
  public void release() {
    Tether.ofThisJvm().releaseServersUnder(folder);
  }

  /** Kills every server, and those that others made under the fleet's folder, and their folders. */
  @Override
  public void close() {
    destroyServersUnder(folder);
    servers.clear();
    Tether.ofThisJvm().releaseServersUnder(folder);
  }

  /**
   * Kills every server of Reseed's library whose folder is somewhere under this one, whoever
   * started it, and removes their folders. Goes on after a failure, and throws the first at the
   * end.
   */
  public static void destroyServersUnder(Path folder) {
    List<RuntimeException> failures = new ArrayList<>();
    destroyServersUnder(folder, FOLDER_DEPTH_MAX, failures);
    if (!failures.isEmpty()) {
      RuntimeException first = failures.removeFirst();
      failures.forEach(first::addSuppressed);
      throw first;
    }
  }

  private static void destroyServersUnder(
      Path folder, int depthMax, List<RuntimeException> failures) {
    if (depthMax == 0 || !Files.isDirectory(folder)) {
      return;
    }
    try {
      Optional<LocalServer> server = LocalServer.adopt(folder, MysqlTree.locate());
      if (server.isPresent()) {
        server.get().destroy();
        return;
      }
    } catch (RuntimeException e) {
      failures.add(e);
      return;
    }
    childrenOf(folder).forEach(child -> destroyServersUnder(child, depthMax - 1, failures));
  }

  private static List<Path> childrenOf(Path folder) {
    try (Stream<Path> children = Files.list(folder)) {
      return children.filter(Files::isDirectory).toList();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot look for servers under " + folder, e);
    }
  }
}

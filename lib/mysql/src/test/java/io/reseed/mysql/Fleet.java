package io.reseed.mysql;

import io.reseed.fleet.ServerAddress;
import io.reseed.mysql.server.LocalServer;
import io.reseed.mysql.server.MysqlTree;
import io.reseed.mysql.server.ServerSpec;
import io.reseed.mysql.trust.ServerTrust;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Real servers for this module's tests, each started when first asked for, shared by all test
 * classes of the run, and destroyed at its end.
 */
public final class Fleet implements AutoCloseable {
  public static final Credentials ADMIN = account("admin", "admin-secret");
  public static final Credentials REPLICATION = account("replication", "replication-secret");
  public static final Duration START = Duration.ofSeconds(90);
  public static final Duration STOP = Duration.ofSeconds(60);
  public static final int POOL_MEGABYTES = 64;

  /** Tests need no durability against a power cut. */
  public static final Map<String, String> FAST =
      Map.of("sync_binlog", "0", "innodb_flush_log_at_trx_commit", "2");

  public static final List<String> ACCOUNTS =
      List.of(
          "CREATE USER IF NOT EXISTS 'admin'@'%' IDENTIFIED BY 'admin-secret'",
          "GRANT ALL ON *.* TO 'admin'@'%' WITH GRANT OPTION",
          "CREATE USER IF NOT EXISTS 'replication'@'%' IDENTIFIED BY 'replication-secret'",
          "GRANT REPLICATION SLAVE ON *.* TO 'replication'@'%'");

  /** An account of servers on this machine, which need not show who they are. */
  public static Credentials account(String user, String password) {
    return new Credentials(
        user, password, ServerTrust.trustedNetwork(List.of("0.0.0.0/0", "::/0", "*")));
  }

  private final MysqlTree tree = MysqlTree.locate();
  private final Path folder;
  private final Map<String, LocalServer> servers = new HashMap<>();
  private final List<LocalServer> all = new ArrayList<>();
  private final Thread hook = new Thread(this::destroyAll);

  Fleet() {
    try {
      folder = Files.createTempDirectory("reseed-lib-mysql");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Runtime.getRuntime().addShutdownHook(hook);
  }

  public MysqlTree tree() {
    return tree;
  }

  /** A running server that is shared by name. */
  public synchronized LocalServer shared(String name) {
    return servers.computeIfAbsent(name, _ -> started(fresh()));
  }

  /** A folder of its own for a server that nobody else uses; neither filled nor started. */
  public synchronized LocalServer fresh() {
    return fresh(FAST);
  }

  public synchronized LocalServer fresh(Map<String, String> settings) {
    int number = all.size() + 1;
    ServerSpec spec =
        ServerSpec.of(folder.resolve("server-" + number), freeAddress(), number, POOL_MEGABYTES)
            .withSettings(settings);
    LocalServer server = LocalServer.create(spec, tree);
    all.add(server);
    return server;
  }

  public LocalServer started(LocalServer server) {
    server.initialise(ACCOUNTS, START);
    server.start(START);
    return server;
  }

  public static ServerAddress freeAddress() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return new ServerAddress("127.0.0.1", socket.getLocalPort());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    destroyAll();
    Runtime.getRuntime().removeShutdownHook(hook);
  }

  private synchronized void destroyAll() {
    all.forEach(LocalServer::destroy);
    all.clear();
    try {
      Files.deleteIfExists(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Gives tests the one fleet of the run. */
  public static final class Extension implements ParameterResolver {
    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
      return parameter.getParameter().getType() == Fleet.class;
    }

    @Override
    public Fleet resolveParameter(ParameterContext parameter, ExtensionContext context) {
      return context
          .getRoot()
          .getStore(ExtensionContext.Namespace.create(Fleet.class))
          .computeIfAbsent(Fleet.class, _ -> new Fleet(), Fleet.class);
    }
  }
}

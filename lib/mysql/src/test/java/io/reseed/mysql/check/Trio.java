package io.reseed.mysql.check;

import static io.reseed.mysql.Fleet.ADMIN;
import static io.reseed.mysql.Fleet.REPLICATION;
import static org.awaitility.Awaitility.await;

import io.reseed.mysql.Fleet;
import io.reseed.mysql.MysqlSession;
import io.reseed.mysql.replication.Replication;
import io.reseed.mysql.server.LocalServer;
import java.time.Duration;

/** A source, its replica, and a copy that replicates from the replica. */
public record Trio(LocalServer source, LocalServer replica, LocalServer copy) {
  static final Duration WAIT = Duration.ofSeconds(60);

  public static Trio start(Fleet fleet) {
    Trio trio =
        new Trio(
            fleet.started(fleet.fresh()),
            fleet.started(fleet.fresh()),
            fleet.started(fleet.fresh()));
    attach(trio.replica, trio.source);
    attach(trio.copy, trio.replica);
    return trio;
  }

  private static void attach(LocalServer server, LocalServer source) {
    try (MysqlSession session = server.open(ADMIN)) {
      session.execute("SET GLOBAL super_read_only = ON");
      Replication.attach(session, source.address(), REPLICATION);
      await().atMost(WAIT).until(() -> session.replication().orElseThrow().running());
    }
  }

  ContentComparison comparison(ContentComparison.Bounds bounds) {
    return new ContentComparison(login(copy), login(replica), bounds);
  }

  static ServerLogin login(LocalServer server) {
    return new ServerLogin(server.address(), ADMIN);
  }

  public void onSource(String... statements) {
    on(source, statements);
  }

  void onReplica(String... statements) {
    on(replica, statements);
  }

  /** Behind replication's back. */
  void onCopyOnly(String... statements) {
    try (MysqlSession session = copy.open(ADMIN)) {
      session.execute("SET GLOBAL super_read_only = OFF");
      session.execute("SET SESSION sql_log_bin = 0");
      for (String statement : statements) {
        session.execute(statement);
      }
      session.execute("SET GLOBAL super_read_only = ON");
    }
  }

  private static void on(LocalServer server, String... statements) {
    try (MysqlSession session = server.open(ADMIN)) {
      for (String statement : statements) {
        session.execute(statement);
      }
    }
  }

  public void awaitCopy() {
    try (MysqlSession from = source.open(ADMIN);
        MysqlSession to = copy.open(ADMIN)) {
      var executed = from.gtidExecuted();
      await().atMost(WAIT).until(() -> to.gtidExecuted().contains(executed));
    }
  }

  public void destroy() {
    copy.destroy();
    replica.destroy();
    source.destroy();
  }
}

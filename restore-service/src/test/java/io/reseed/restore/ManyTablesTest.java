package io.reseed.restore;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.backup.store.ObjectStore;
import io.reseed.backup.store.S3Store;
import io.reseed.mysql.MysqlSession;
import io.reseed.mysql.check.TableName;
import io.reseed.mysql.check.Tables;
import io.reseed.restore.OddServer.Backup;
import io.reseed.restore.OddServer.Host;
import io.reseed.testkit.MysqlExtension;
import io.reseed.testkit.S3Extension;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A server with very many tables, some of them outside its data directory; how many in a long run
 * is the system property {@code reseed.odd.tables}.
 */
@Tag("slow")
class ManyTablesTest {
  @RegisterExtension static final S3Extension S3 = S3Extension.shared();
  @RegisterExtension static final MysqlExtension MYSQL = new MysqlExtension();

  private static final int MANY_TABLES = Integer.getInteger("reseed.odd.tables", 20_000);
  private static final int TABLES = 400;
  private static final int SESSIONS = 8;
  private static final int OUTSIDE_ONE_IN = 4;

  private static final Map<String, String> CARELESS =
      Map.of(
          "innodb_flush_log_at_trx_commit", "0",
          "sync_binlog", "0",
          "innodb_flush_method", "nosync",
          "innodb_doublewrite", "OFF");

  private static ObjectStore store;

  private int tables;
  private final Map<String, Long> millis = new LinkedHashMap<>();

  @BeforeAll
  static void open() {
    store = S3Store.open(Stage.storeSettings(S3));
  }

  @AfterAll
  static void close() {
    store.close();
  }

  @Test
  void manyTablesAreAFewObjects() throws Exception {
    assertFewObjects(TABLES);
  }

  @Test
  @Tag("long")
  void tensOfThousandsOfTablesAreAFewObjects() throws Exception {
    assertFewObjects(MANY_TABLES);
  }

  private void assertFewObjects(int wanted) throws Exception {
    tables = wanted;
    OddServer source = timed("create", this::source);
    source.run(List.of("SET GLOBAL innodb_flush_log_at_trx_commit = 1"));
    Backup first = timed("stop and snapshot", () -> source.backUp(store, null, Map.of()));
    timed("destroy", () -> destroyed(source));
    OddServer restored = timed("restore", () -> restore(first, "first-host"));
    timed("start", () -> started(restored));
    timed("open all", () -> opened(restored));
    timed("check all", () -> checked(restored));
    restored.run(
        List.of(
            "SET GLOBAL super_read_only = OFF",
            "SET GLOBAL read_only = OFF",
            "INSERT INTO odd.t7 VALUES (0)"));
    Backup second =
        timed("next snapshot", () -> restored.backUp(store, first.manifest(), Map.of()));
    timed("destroy", () -> destroyed(restored));
    print(first);
    print(second);
    System.out.println("figures: milliseconds " + millis);

    assertThat(first.manifest().files()).hasSizeGreaterThan(tables);
    assertThat(first.manifest().roots()).containsExactly("data", "directory-1");
    assertThat(first.manifest().packs()).hasSizeLessThan(10 + tables / 500);
    for (Backup backup : List.of(first, second)) {
      assertThat(backup.result().manifestBytes()).isLessThan(backup.manifest().rawBytes() / 1_000);
    }
    assertThat(second.manifest().files()).hasSameSizeAs(first.manifest().files());
    assertThat(second.result().bytesUploaded()).isLessThan(first.result().bytesUploaded() / 2);
  }

  private <T> T timed(String what, Callable<T> work) throws Exception {
    long begun = System.nanoTime();
    T result = work.call();
    millis.merge(what, (System.nanoTime() - begun) / 1_000_000, Long::sum);
    return result;
  }

  private void print(Backup backup) {
    long raw = backup.manifest().rawBytes();
    System.out.printf(
        "figures: %d tables, %d files, %d MB raw, %d packs, %d bytes sent; manifest %d bytes = %.4f"
            + " %%%n",
        tables,
        backup.manifest().files().size(),
        raw >> 20,
        backup.manifest().packs().size(),
        backup.result().bytesUploaded(),
        backup.result().manifestBytes(),
        100.0 * backup.result().manifestBytes() / raw);
  }

  private OddServer source() throws Exception {
    Path outside = Files.createDirectories(MYSQL.fleet().folder().resolve("outside"));
    Map<String, String> settings = new LinkedHashMap<>(CARELESS);
    settings.put("innodb_directories", outside.toString());
    OddServer source =
        new OddServer(
            MYSQL.fleet().newServer("many", MYSQL.fleet().nextAddress(), settings).local(),
            MYSQL.fleet().accounts());
    source.run(List.of("CREATE DATABASE odd"));
    try (ExecutorService threads = Executors.newFixedThreadPool(SESSIONS)) {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < SESSIONS; i++) {
        int first = i;
        all.add(threads.submit(() -> createTables(source, outside, first)));
      }
      for (Future<?> one : all) {
        one.get();
      }
    }
    return source;
  }

  private void createTables(OddServer source, Path outside, int first) {
    try (MysqlSession session = source.open()) {
      IntStream.iterate(first, table -> table < tables, table -> table + SESSIONS)
          .forEach(
              table ->
                  session.execute(
                      "CREATE TABLE odd.t%d (id INT PRIMARY KEY)%s SELECT %d AS id"
                          .formatted(
                              table,
                              table % OUTSIDE_ONE_IN == 0
                                  ? " DATA DIRECTORY '" + outside + "'"
                                  : "",
                              table)));
    }
  }

  private static OddServer restore(Backup backup, String host) throws Exception {
    return OddServer.restore(store, backup, Host.of(MYSQL, host), MYSQL.fleet().accounts());
  }

  private static OddServer started(OddServer server) {
    server.local().start(OddServer.PATIENCE);
    return server;
  }

  private static OddServer destroyed(OddServer server) {
    server.local().destroy();
    return server;
  }

  /** As a backup that was just made is proven. */
  private int opened(OddServer server) {
    try (MysqlSession session = server.local().open(server.accounts().agent())) {
      List<TableName> found = Tables.ofUser(session);
      assertThat(found).hasSize(tables);
      for (TableName table : found) {
        assertThat(session.queryValue("SELECT id FROM " + table.quoted() + " LIMIT 1"))
            .contains(table.table().substring(1));
      }
      return found.size();
    }
  }

  private OddServer checked(OddServer server) {
    server.check();
    return server;
  }
}

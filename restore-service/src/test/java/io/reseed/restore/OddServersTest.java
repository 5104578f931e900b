package io.reseed.restore;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.backup.format.Manifest;
import io.reseed.backup.store.ObjectStore;
import io.reseed.backup.store.S3Store;
import io.reseed.mysql.MysqlSession;
import io.reseed.mysql.server.LocalServer;
import io.reseed.restore.OddServer.Backup;
import io.reseed.testkit.MysqlExtension;
import io.reseed.testkit.MysqlServerProcess;
import io.reseed.testkit.S3Extension;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Servers whose files are not where, or not what, they usually are: each becomes a backup, is
 * restored to other folders while its own are gone, compared, changed, and becomes the next backup,
 * which refers to the first and is restored, too.
 */
@Tag("slow")
class OddServersTest {
  @RegisterExtension static final S3Extension S3 = S3Extension.shared();
  @RegisterExtension static final MysqlExtension MYSQL = new MysqlExtension();

  private static final AtomicInteger COUNT = new AtomicInteger();
  private static final String ROWS =
      " SELECT n, REPEAT(SHA2(n, 512), 8) FROM (WITH RECURSIVE r (n) AS (SELECT 1 UNION ALL SELECT"
          + " n + 1 FROM r WHERE n < 900) SELECT n FROM r) AS rows_900";

  private static ObjectStore store;

  @BeforeAll
  static void open() {
    store = S3Store.open(Stage.storeSettings(S3));
  }

  @AfterAll
  static void close() {
    store.close();
  }

  /**
   * What is odd about a server; {@code $} stands for a folder beside the server's own.
   *
   * @param roots that its backup has
   * @param tables statements
   */
  record Oddity(
      String what, Map<String, String> settings, List<String> roots, List<String> tables) {
    Map<String, String> settings(Path outside) {
      Map<String, String> all = new TreeMap<>(settings);
      all.replaceAll((_, value) -> value.replace("$", outside.toString()));
      return all;
    }

    List<String> tables(Path outside) {
      return tables.stream().map(text -> text.replace("$", outside.toString())).toList();
    }

    @Override
    public String toString() {
      return what;
    }
  }

  static Stream<Oddity> oddities() {
    return Stream.of(
        new Oddity(
            "folders elsewhere",
            Map.of(
                "innodb_undo_directory", "$/undo",
                "innodb_log_group_home_dir", "$/redo",
                "innodb_data_home_dir", "$/system",
                "innodb_data_file_path", "sys_1:12M;ibdata2:12M:autoextend",
                "innodb_doublewrite_dir", "$/doublewrite",
                "innodb_temp_tablespaces_dir", "$/temporary",
                "innodb_temp_data_file_path", "../../outside/temporary/tmp:12M:autoextend",
                "innodb_directories", "$/one;$/two;$/none"),
            List.of("data", "directory-1", "directory-2", "innodb-data", "redo", "undo"),
            List.of(
                "CREATE UNDO TABLESPACE far ADD DATAFILE '$/one/far.ibu'",
                "CREATE UNDO TABLESPACE near ADD DATAFILE 'near.ibu'",
                "CREATE TABLE odd.t (id INT PRIMARY KEY, v TEXT) DATA DIRECTORY '$/one'",
                "CREATE TABLE odd.p (id INT PRIMARY KEY, v TEXT) PARTITION BY RANGE (id) SUBPARTITION BY"
                    + " HASH (id) SUBPARTITIONS 2 (PARTITION p0 VALUES LESS THAN (400) (SUBPARTITION s0"
                    + " DATA DIRECTORY '$/two', SUBPARTITION s1), PARTITION `P Ä` VALUES LESS THAN"
                    + " MAXVALUE (SUBPARTITION s2, SUBPARTITION `s#3` DATA DIRECTORY '$/one'))",
                "CREATE TABLESPACE inside ADD DATAFILE 'inside.ibd'",
                "CREATE TABLESPACE outside ADD DATAFILE '$/two/outside.ibd'",
                "CREATE TABLE odd.gi (id INT PRIMARY KEY, v TEXT) TABLESPACE inside",
                "CREATE TABLE odd.go (id INT PRIMARY KEY, v TEXT) TABLESPACE outside",
                "CREATE TABLE odd.s (id INT PRIMARY KEY, v TEXT) TABLESPACE innodb_system",
                "CREATE TABLE odd.z (id INT PRIMARY KEY, v TEXT) COMPRESSION='zlib'",
                "CREATE TABLE odd.k8 (id INT PRIMARY KEY, v TEXT) ROW_FORMAT=COMPRESSED"
                    + " KEY_BLOCK_SIZE=8",
                "CREATE TABLE odd.f (id INT PRIMARY KEY, v TEXT, FULLTEXT (v))")),
        new Oddity(
            "system tablespace in three folders, pages of 4k, names in lower case",
            Map.of(
                "innodb_page_size", "4096",
                "lower_case_table_names", "1",
                "innodb_data_home_dir", "",
                "innodb_data_file_path", "ibdata1:12M;$/one/ibdata2:12M;$/two/last:12M:autoextend",
                "innodb_directories", "$"),
            List.of("data", "directory-1", "system-1", "system-2"),
            List.of(
                "CREATE TABLE odd.s (id INT PRIMARY KEY, v TEXT) TABLESPACE innodb_system",
                "CREATE TABLE odd.t (id INT PRIMARY KEY, v TEXT) DATA DIRECTORY '$/two'",
                "CREATE TABLE odd.K (id INT PRIMARY KEY, v TEXT) ROW_FORMAT=COMPRESSED"
                    + " KEY_BLOCK_SIZE=2",
                "CREATE TABLE odd.r (id INT PRIMARY KEY, v TEXT) ROW_FORMAT=REDUNDANT")));
  }

  /** Of each kind there is one among the others. */
  static Stream<Oddity> odditiesOfLongRuns() {
    return Stream.of(
        new Oddity(
            "pages of 8k and compressed tables",
            Map.of("innodb_page_size", "8192", "lower_case_table_names", "1"),
            List.of("data"),
            List.of(
                "CREATE TABLE odd.K1 (id INT PRIMARY KEY, v TEXT) ROW_FORMAT=COMPRESSED KEY_BLOCK_SIZE=1",
                "CREATE TABLE odd.k4 (id INT PRIMARY KEY, v TEXT) ROW_FORMAT=COMPRESSED KEY_BLOCK_SIZE=4",
                "CREATE TABLE odd.r (id INT PRIMARY KEY, v TEXT) ROW_FORMAT=REDUNDANT")),
        new Oddity(
            "pages of 32k",
            Map.of("innodb_page_size", "32768"),
            List.of("data"),
            List.of("CREATE TABLE odd.t (id INT PRIMARY KEY, v TEXT) COMPRESSION='lz4'")),
        new Oddity(
            "pages of 64k",
            Map.of("innodb_page_size", "65536"),
            List.of("data"),
            List.of("CREATE TABLE odd.t (id INT PRIMARY KEY, v TEXT)")));
  }

  @ParameterizedTest
  @MethodSource("oddities")
  void comesBackElsewhere(Oddity odd) throws Exception {
    assertComesBackElsewhere(odd);
  }

  @ParameterizedTest
  @MethodSource("odditiesOfLongRuns")
  @Tag("long")
  void otherPagesComeBackElsewhereToo(Oddity odd) throws Exception {
    assertComesBackElsewhere(odd);
  }

  private static void assertComesBackElsewhere(Oddity odd) throws Exception {
    Path folder = fleetFolder().resolve("odd-" + COUNT.incrementAndGet());
    Path outside = folder.resolve("outside");
    for (String name :
        List.of("undo", "redo", "system", "doublewrite", "temporary", "one", "two")) {
      Files.createDirectories(outside.resolve(name));
    }
    Files.writeString(outside.resolve("one/of-somebody-else"), "stays where it is");
    OddServer source = started(folder, odd.settings(outside));
    fill(source, odd.tables(outside));
    source.check();
    Backup first = source.backUp(store, null);
    assertThat(first.manifest().roots()).containsExactlyElementsOf(odd.roots);
    assertThat(first.pages().pages()).isPositive();
    assertThat(first.manifest().files())
        .noneMatch(file -> file.path().path().matches(".*(else|dblwr|tmp|ibt|auto.cnf)"));
    Map<String, Long> used = allocated(source.local());
    Path gone = Files.move(folder, folder.resolveSibling("gone-" + COUNT.get()));

    OddServer restored = restore(first);
    assertThatSparseFilesStaySo(used, allocated(restored.local()));
    restored.startAndCompare(first);
    restored.check();
    restored.assertNothingOpenBelow(gone);
    change(restored, odd.tables(outside).size());
    Backup second = restored.backUp(store, first.manifest());
    assertThat(second.manifest().roots()).isEqualTo(first.manifest().roots());
    assertThat(paths(second.manifest())).isEqualTo(paths(first.manifest()));
    assertThat(second.result().extents().referenced()).isPositive();
    assertThat(second.result().bytesUploaded()).isLessThan(first.result().bytesUploaded() / 2);
    restored.local().destroy();

    OddServer again = restore(second);
    again.startAndCompare(second);
    again.local().destroy();
  }

  private static Path fleetFolder() {
    return MYSQL.fleet().folder();
  }

  private static OddServer started(Path folder, Map<String, String> settings) {
    MysqlServerProcess server =
        MYSQL
            .fleet()
            .newServer(
                fleetFolder().relativize(folder).resolve("server").toString(),
                MYSQL.fleet().nextAddress(),
                settings);
    return new OddServer(server.local(), MYSQL.fleet().accounts());
  }

  private static OddServer restore(Backup backup) throws Exception {
    return OddServer.restore(
        store,
        backup,
        OddServer.Host.of(MYSQL, "host-" + COUNT.incrementAndGet()),
        MYSQL.fleet().accounts());
  }

  private static void fill(OddServer server, List<String> tables) {
    server.run(List.of("CREATE DATABASE odd"));
    server.run(tables);
    try (MysqlSession session = server.open()) {
      for (String table : names(session)) {
        session.execute("INSERT INTO odd." + table + ROWS);
      }
    }
  }

  private static List<String> names(MysqlSession session) {
    return session
        .query("SELECT table_name AS t FROM information_schema.tables WHERE table_schema = 'odd'")
        .stream()
        .map(row -> row.text("t"))
        .toList();
  }

  private static void change(OddServer server, int tablesMin) {
    server.run(List.of("SET GLOBAL super_read_only = OFF", "SET GLOBAL read_only = OFF"));
    try (MysqlSession session = server.open()) {
      List<String> names = names(session);
      assertThat(names).hasSizeLessThanOrEqualTo(tablesMin).isNotEmpty();
      for (String table : names) {
        session.execute("UPDATE odd." + table + " SET v = 'changed' WHERE id = 450");
      }
    }
  }

  private static List<String> paths(Manifest manifest) {
    return manifest.files().stream()
        .map(file -> file.path().toString())
        .filter(path -> path.matches(".*\\.(ibd|ibu)|undo:.*|innodb-data:.*|system-.*"))
        .toList();
  }

  /** Bytes that files below the server's folder take on the disk, of those that have holes. */
  private static Map<String, Long> allocated(LocalServer server) throws IOException {
    Map<String, Long> bytes = new TreeMap<>();
    try (Stream<Path> files = Files.walk(server.dataDirectory().resolve("odd"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        bytes.put(file.getFileName().toString(), blocks(file) * 512);
      }
    }
    return bytes;
  }

  private static long blocks(Path file) throws IOException {
    Process stat = new ProcessBuilder("stat", "-c", "%b", file.toString()).start();
    return Long.parseLong(
        new String(stat.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip());
  }

  private static void assertThatSparseFilesStaySo(
      Map<String, Long> source, Map<String, Long> restored) {
    assertThat(restored.keySet()).isEqualTo(source.keySet());
    source.forEach(
        (file, bytes) ->
            assertThat(restored.get(file)).as("bytes of %s", file).isLessThanOrEqualTo(bytes));
  }
}

package io.reseed.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reseed.backup.format.FileEntry;
import io.reseed.backup.store.ObjectStore;
import io.reseed.backup.store.S3Store;
import io.reseed.fleet.FailureClass;
import io.reseed.fleet.FailureCode;
import io.reseed.fleet.FailureException;
import io.reseed.mysql.MysqlException;
import io.reseed.mysql.MysqlSession;
import io.reseed.mysql.check.TableName;
import io.reseed.mysql.server.LocalServer;
import io.reseed.mysql.server.MysqlTree;
import io.reseed.restore.OddServer.Backup;
import io.reseed.restore.OddServer.Host;
import io.reseed.testkit.MysqlExtension;
import io.reseed.testkit.MysqlServerProcess;
import io.reseed.testkit.S3Extension;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Servers with odd things in them: names, encrypted tables, links. */
@Tag("slow")
class OddContentsTest {
  @RegisterExtension static final S3Extension S3 = S3Extension.shared();
  @RegisterExtension static final MysqlExtension MYSQL = new MysqlExtension();

  private static final String RESERVED = "select";

  private static ObjectStore store;

  @BeforeAll
  static void open() {
    store = S3Store.open(Stage.storeSettings(S3));
  }

  @AfterAll
  static void close() {
    store.close();
  }

  private static OddServer newServer(String name, Map<String, String> settings) {
    MysqlServerProcess server =
        MYSQL.fleet().newServer(name, MYSQL.fleet().nextAddress(), settings);
    return new OddServer(server.local(), MYSQL.fleet().accounts());
  }

  private static OddServer restore(Backup backup, String host) throws Exception {
    return OddServer.restore(store, backup, Host.of(MYSQL, host), MYSQL.fleet().accounts());
  }

  /** The copy is used beside its source, which runs and has a table elsewhere. */
  @Test
  void anyNameThatMysqlAllows() throws Exception {
    Path outside = Files.createDirectories(MYSQL.fleet().folder().resolve("of-the-source"));
    OddServer source = newServer("names", Map.of("innodb_directories", outside.toString()));
    List<TableName> names = names();
    try (MysqlSession session = source.open()) {
      for (TableName name : names) {
        session.execute("CREATE DATABASE IF NOT EXISTS `" + name.schema().replace("`", "``") + "`");
        session.execute("CREATE TABLE " + name.quoted() + " (id INT PRIMARY KEY)");
        session.execute("INSERT INTO " + name.quoted() + " VALUES (" + names.indexOf(name) + ")");
      }
      session.execute("CREATE TABLE odd.csv (id INT NOT NULL) ENGINE = CSV");
      session.execute("CREATE TABLE odd.isam (id INT NOT NULL) ENGINE = MyISAM");
      session.execute("INSERT INTO odd.isam VALUES (7)");
      session.execute("CREATE TABLE odd.far (id INT PRIMARY KEY) DATA DIRECTORY '" + outside + "'");
      session.execute("INSERT INTO odd.far VALUES (1)");
    }
    Backup backup = source.backUp(store, null);
    assertThat(backup.sums())
        .hasSize(names.size() + 3)
        .containsKeys(names.toArray(TableName[]::new));
    source.local().start(OddServer.PATIENCE);

    OddServer restored = restore(backup, "names-host");
    restored.startAndCompare(backup);
    restored.check();
    restored.assertNothingOpenBelow(outside);
    restored.run(List.of("SET GLOBAL super_read_only = OFF", "DROP TABLE odd.far"));
    assertThat(source.sums()).isEqualTo(backup.sums());
    restored.local().destroy();
    source.local().destroy();
  }

  /** Each character by itself, all together, the longest that a file's name can hold. */
  private static List<TableName> names() {
    List<TableName> names = new ArrayList<>();
    StringBuilder all = new StringBuilder();
    for (char c = '!'; c <= '~'; c++) {
      names.add(new TableName("odd", "c_" + c + "_"));
      if (!Character.isLetterOrDigit(c)) {
        all.append(c);
      }
    }
    names.add(new TableName(all.toString(), all.toString()));
    names.add(new TableName("odd", "T"));
    names.add(new TableName("odd", "t"));
    names.add(new TableName("odd", " begins and has blanks"));
    names.add(new TableName("odd", "Ünïcödé ß Ж 表 ‰ \u007f\u0001"));
    names.add(new TableName("odd", "€".repeat(50)));
    names.add(new TableName("n".repeat(64), "n".repeat(64)));
    names.add(new TableName("odd", "..@0024#p#x#sp#y.ibd"));
    // what the server's own files and those left out are called
    for (String own : List.of("#innodb_temp", "#clone", "auto.cnf", "binlog", RESERVED)) {
      names.add(new TableName(own, own + ".000001"));
    }
    return names;
  }

  @Test
  void keysStayBehindAndAreNamedWhenTheyAreMissing() throws Exception {
    Encrypted source = withEncryptedTable("logs");
    source.server.run(
        List.of(
            "SET GLOBAL innodb_undo_log_encrypt = ON",
            "SET GLOBAL innodb_redo_log_encrypt = ON",
            "INSERT INTO odd.secret VALUES (4)"));
    Backup backup = backedUpWithoutItsKeys(source.server);
    assertKeysAreMissed(backup, "logs-no-keys");
    Host withKeys = Host.of(MYSQL, "logs-keys").with(source.tree);
    OddServer restored = OddServer.restore(store, backup, withKeys, MYSQL.fleet().accounts());
    restored.startAndCompare(backup);
    restored.check();
    restored.local().destroy();
  }

  @Test
  @Tag("long")
  void keysOfOneTableOnlyAreNamedWhenTheyAreMissing() throws Exception {
    assertKeysAreMissed(
        backedUpWithoutItsKeys(withEncryptedTable("table").server), "table-no-keys");
  }

  private record Encrypted(OddServer server, MysqlTree tree) {}

  private static Encrypted withEncryptedTable(String name) throws Exception {
    LocalServer plain = newServer(name, Map.of()).local();
    plain.stopCleanly(OddServer.PATIENCE);
    Path keys = Files.createDirectories(plain.dataDirectory().resolve("keys")).resolve("ring");
    MysqlTree tree = withKeyring(name, keys);
    OddServer source =
        new OddServer(
            LocalServer.adopt(plain.spec().directory(), tree).orElseThrow(),
            MYSQL.fleet().accounts());
    Files.writeString(plain.dataDirectory().resolve("mysqld.my"), "{}");
    source.local().start(OddServer.PATIENCE);
    source.run(
        List.of(
            "CREATE DATABASE odd",
            "CREATE TABLE odd.secret (id INT PRIMARY KEY) ENCRYPTION = 'Y'",
            "INSERT INTO odd.secret VALUES (1), (2), (3)"));
    return new Encrypted(source, tree);
  }

  private static Backup backedUpWithoutItsKeys(OddServer source) {
    Backup backup = source.backUp(store, null);
    assertThat(backup.manifest().header().settings())
        .containsEntry("reseed_keyring", "component_keyring_file");
    assertThat(backup.manifest().files())
        .extracting(FileEntry::path)
        .noneMatch(path -> path.path().matches("keys/.*|mysqld.my"));
    return backup;
  }

  private static void assertKeysAreMissed(Backup backup, String host) throws Exception {
    OddServer without = restore(backup, host);
    assertThatThrownBy(() -> without.local().start(OddServer.PATIENCE))
        .isInstanceOfSatisfying(
            MysqlException.class,
            e -> {
              assertThat(e.code()).isEqualTo(FailureCode.KEYRING_MISSING);
              assertThat(e.failureClass()).isEqualTo(FailureClass.OPERATOR_MUST_ACT);
              assertThat(e).hasMessageContaining("component_keyring_file");
            });
    without.local().destroy();
  }

  /** MySQL with a keyring, which is installed beside its programs, for all its servers. */
  private static MysqlTree withKeyring(String name, Path keys) throws Exception {
    Path mysqld = MYSQL.fleet().tree().mysqld();
    Path home = mysqld.resolveSibling("..").normalize();
    Path copy = Files.createDirectories(MYSQL.fleet().folder().resolve("mysql-of-" + name));
    Process copying =
        new ProcessBuilder(
                "sh",
                "-c",
                "cp -rl \"$0\" \"$1\" \"$2\" || cp -rf \"$0\" \"$1\" \"$2\"",
                home + "/bin",
                home + "/root",
                copy.toString())
            .start();
    assertThat(copying.waitFor()).isZero();
    Path programs = copy.resolve("root/usr");
    Files.writeString(
        programs.resolve("sbin/mysqld.my"), "{\"components\": \"file://component_keyring_file\"}");
    Files.writeString(
        programs.resolve("lib/mysql/plugin/component_keyring_file.cnf"),
        "{\"path\": \"" + keys + "\", \"read_only\": false}");
    return new MysqlTree(copy.resolve("bin/mysqld"), Optional.empty());
  }

  @Test
  void linksAreRefused() throws Exception {
    OddServer source = newServer("links", Map.of());
    Path target = Files.createDirectories(MYSQL.fleet().folder().resolve("linked"));
    Files.createSymbolicLink(source.local().dataDirectory().resolve("linked"), target);

    assertThatThrownBy(() -> source.backUp(store, null))
        .isInstanceOfSatisfying(
            FailureException.class,
            e -> assertThat(e.code()).isEqualTo(FailureCode.SOURCE_UNREADABLE))
        .hasMessageContaining("linked");
  }
}

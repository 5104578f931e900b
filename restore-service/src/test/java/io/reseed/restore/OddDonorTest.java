package io.reseed.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reseed.backup.store.ObjectStore;
import io.reseed.backup.store.S3Store;
import io.reseed.fleet.FailureClass;
import io.reseed.fleet.FailureCode;
import io.reseed.mysql.MysqlException;
import io.reseed.mysql.MysqlSession;
import io.reseed.mysql.check.TableName;
import io.reseed.mysql.gtid.GtidSet;
import io.reseed.mysql.server.LocalServer;
import io.reseed.mysql.server.MysqlTree;
import io.reseed.mysql.server.ServerSpec;
import io.reseed.restore.OddServer.Backup;
import io.reseed.restore.OddServer.Host;
import io.reseed.testkit.MysqlExtension;
import io.reseed.testkit.MysqlServerProcess;
import io.reseed.testkit.S3Extension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.assertj.core.api.Assumptions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Clones of donors whose files are not where, or not what, they usually are. */
@Tag("slow")
class OddDonorTest {
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

  /** What is odd about a donor; {@code $} stands for a folder beside the donor's own. */
  record Oddity(String what, Map<String, String> settings, List<String> statements) {
    @Override
    public String toString() {
      return what;
    }
  }

  static Stream<Oddity> oddities() {
    return Stream.of(
        new Oddity(
            "folders elsewhere, pages of 4k, latin1, names in lower case",
            Map.of(
                "innodb_page_size", "4096",
                "character_set_server", "latin1",
                "collation_server", "latin1_bin",
                "lower_case_table_names", "1",
                "innodb_data_home_dir", "",
                "innodb_data_file_path", "ibdata1:12M;$/one/ibdata1:12M;$/two/last:12M:autoextend",
                "innodb_undo_directory", "$/undo",
                "innodb_log_group_home_dir", "$/redo",
                "innodb_directories", "$"),
            List.of(
                "CREATE UNDO TABLESPACE far ADD DATAFILE '$/one/far.ibu'",
                "CREATE UNDO TABLESPACE near ADD DATAFILE 'near.ibu'",
                "CREATE TABLESPACE inside ADD DATAFILE 'inside.ibd'",
                "CREATE TABLE odd.gi (id INT PRIMARY KEY, v TEXT) TABLESPACE inside",
                "CREATE TABLE odd.S (id INT PRIMARY KEY, v TEXT) TABLESPACE innodb_system")));
  }

  /** Of each kind there is one among the others. */
  static Stream<Oddity> odditiesOfLongRuns() {
    return Stream.of(
        new Oddity(
            "pages of 4k, system tablespace in two files, names in lower case",
            Map.of(
                "innodb_page_size", "4096",
                "innodb_data_file_path", "sys_1:12M;ibdata2:12M:autoextend",
                "lower_case_table_names", "1"),
            List.of("CREATE TABLE odd.S (id INT PRIMARY KEY, v TEXT) TABLESPACE innodb_system")),
        new Oddity(
            "pages of 64k, latin1",
            Map.of(
                "innodb_page_size", "65536",
                "character_set_server", "latin1",
                "collation_server", "latin1_bin",
                "character_set_filesystem", "latin1"),
            List.of("CREATE TABLE odd.t (id INT PRIMARY KEY, v TEXT)")));
  }

  @ParameterizedTest
  @MethodSource("oddities")
  void isClonedAndTheCloneBackedUp(Oddity odd) throws Exception {
    assertClonedAndTheCloneBackedUp(odd);
  }

  @ParameterizedTest
  @MethodSource("odditiesOfLongRuns")
  @Tag("long")
  void othersAreClonedAndTheirClonesBackedUp(Oddity odd) throws Exception {
    assertClonedAndTheCloneBackedUp(odd);
  }

  private static void assertClonedAndTheCloneBackedUp(Oddity odd) throws Exception {
    Path outside = outside();
    Map<String, String> settings = new TreeMap<>(odd.settings);
    settings.replaceAll((_, value) -> value.replace("$", outside.toString()));
    OddServer donor = donor(MYSQL.fleet().tree(), settings);
    fill(donor, odd.statements.stream().map(s -> s.replace("$", outside.toString())).toList());

    assertThatItsCloneIsWhole(donor, outside);
    donor.local().destroy();
  }

  /** Also as a backup that comes back. */
  private static void assertThatItsCloneIsWhole(OddServer donor, Path outside) throws Exception {
    Map<TableName, String> sums = donor.sums();
    GtidSet executed = executed(donor);
    OddServer clone = donor.cloneTo(host());
    clone.local().start(OddServer.PATIENCE);
    assertThat(clone.sums()).isEqualTo(sums);
    assertThat(executed(clone)).isEqualTo(executed);
    clone.check();
    clone.assertNothingOpenBelow(outside);
    Backup backup = clone.backUp(store, null);
    clone.local().destroy();
    OddServer restored = OddServer.restore(store, backup, host(), MYSQL.fleet().accounts());
    restored.startAndCompare(backup);
    restored.local().destroy();
  }

  private static final List<String> OUTSIDE =
      List.of(
          "CREATE TABLE odd.t (id INT PRIMARY KEY, v TEXT) DATA DIRECTORY '$/one'",
          "CREATE TABLE odd.p (id INT PRIMARY KEY, v TEXT) PARTITION BY RANGE (id) (PARTITION p0"
              + " VALUES LESS THAN (400) DATA DIRECTORY '$/two', PARTITION p1 VALUES LESS THAN"
              + " MAXVALUE)",
          "CREATE TABLESPACE general ADD DATAFILE '$/two/general.ibd'",
          "CREATE TABLE odd.g (id INT PRIMARY KEY, v TEXT) TABLESPACE general");

  private static List<String> outsideStatements(Path outside) {
    return OUTSIDE.stream().map(s -> s.replace("$", outside.toString())).toList();
  }

  private static Map<String, String> outsideSettings(Path outside) {
    return Map.of("innodb_directories", outside.resolve("one") + ";" + outside.resolve("two"));
  }

  private static void assertRefusedBeforeAnythingIsMadeWhereFilesOfThoseNamesAre(
      OddServer donor, Path outside) throws Exception {
    Map<TableName, String> sums = donor.sums();
    List<Path> before = filesBelow(outside);
    assertThat(before).hasSize(3);

    Host host = host();
    assertThatThrownBy(() -> donor.cloneTo(host))
        .isInstanceOfSatisfying(
            MysqlException.class,
            e -> {
              assertThat(e.code()).isEqualTo(FailureCode.TABLESPACES_OUTSIDE);
              assertThat(e.failureClass()).isEqualTo(FailureClass.OPERATOR_MUST_ACT);
              assertThat(before).allSatisfy(f -> assertThat(e).hasMessageContaining("" + f));
            });
    LocalServer refused =
        LocalServer.adopt(host.folder().resolve("servers/odd.1"), host.tree()).orElseThrow();
    assertThat(refused.dataDirectory()).isEmptyDirectory();
    refused.destroy();
    assertThat(filesBelow(outside)).isEqualTo(before);
    assertThat(donor.sums()).isEqualTo(sums);
  }

  /**
   * CLONE would bring it, and none of its rows, at an equal GTID set. Nor is its donor cloned once
   * the table is another: its files outside would be written over on this very machine.
   */
  @Test
  void aDonorWithATableThatACloneBringsEmptyIsRefusedByName() throws Exception {
    Path outside = outside();
    OddServer donor = donor(MYSQL.fleet().tree(), outsideSettings(outside));
    donor.run(
        List.of(
            "CREATE DATABASE other",
            "CREATE TABLE other.isam (id INT PRIMARY KEY) ENGINE=MyISAM",
            "INSERT INTO other.isam VALUES (1), (2), (3)"));
    Host host = host();
    assertThatThrownBy(() -> donor.cloneTo(host))
        .isInstanceOfSatisfying(
            MysqlException.class,
            e -> assertThat(e.code()).isEqualTo(FailureCode.ENGINE_NOT_CARRIED))
        .hasMessageContaining("other.isam (MyISAM)");
    donor.run(List.of("ALTER TABLE other.isam ENGINE=InnoDB"));
    fill(donor, outsideStatements(outside));
    assertRefusedBeforeAnythingIsMadeWhereFilesOfThoseNamesAre(donor, outside);
    donor.local().destroy();
  }

  /** The donor has its folders in a mount namespace of its own, as on another host. */
  @Test
  void tablespacesOutsideAreTakenIntoTheServersFolder() throws Exception {
    Path outside = outside();
    Path seenByDonor = Files.createDirectories(outside.resolveSibling("seen-by-donor"));
    Files.createDirectories(seenByDonor.resolve("one"));
    Files.createDirectories(seenByDonor.resolve("two"));
    OddServer donor = donor(onAnotherHost(seenByDonor, outside), outsideSettings(outside));
    fill(donor, outsideStatements(outside));
    assertThat(filesBelow(outside)).isEmpty();
    assertThat(filesBelow(seenByDonor)).hasSize(3);

    assertThatItsCloneIsWhole(donor, outside);
    assertThat(filesBelow(outside)).isEmpty();
    assertThat(outside.resolve("one")).isEmptyDirectory();

    Files.delete(outside.resolve("one"));
    assertThatThrownBy(() -> donor.cloneTo(host()))
        .isInstanceOfSatisfying(
            MysqlException.class,
            e -> assertThat(e.code()).isEqualTo(FailureCode.TABLESPACES_OUTSIDE))
        .hasMessageContaining("no folder " + outside.resolve("one"));
    donor.local().destroy();
  }

  /** A mysqld that sees other files behind a path. */
  private static MysqlTree onAnotherHost(Path seen, Path path) throws Exception {
    String unshare = "unshare --mount";
    Process probe = new ProcessBuilder("sh", "-c", unshare + " true").start();
    Assumptions.assumeThat(probe.waitFor()).as("mount namespaces can be made here").isZero();
    Path folder = Files.createDirectories(path.resolveSibling("bin"));
    Path wrapper =
        Files.createFile(
            folder.resolve("mysqld"),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
    Files.writeString(
        wrapper,
        """
        #!/bin/sh
        exec %s sh -c 'mount --bind "%s" "%s" && exec "%s" "$@"' mysqld "$@"
        """
            .formatted(unshare, seen, path, MYSQL.fleet().tree().mysqld()));
    return new MysqlTree(wrapper, Optional.empty());
  }

  private static List<Path> filesBelow(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile).sorted().toList();
    }
  }

  private static GtidSet executed(OddServer server) {
    try (MysqlSession session = server.open()) {
      return session.gtidExecuted();
    }
  }

  private static Path outside() throws IOException {
    Path outside =
        MYSQL.fleet().folder().resolve("donor-" + COUNT.incrementAndGet()).resolve("outside");
    for (String name : List.of("undo", "redo", "one", "two")) {
      Files.createDirectories(outside.resolve(name));
    }
    return outside;
  }

  private static Host host() throws IOException {
    return Host.of(MYSQL, "host-" + COUNT.incrementAndGet());
  }

  private static OddServer donor(MysqlTree tree, Map<String, String> settings) {
    String name = "donor-" + COUNT.incrementAndGet();
    MysqlServerProcess made = MYSQL.fleet().newServer(name, MYSQL.fleet().nextAddress(), settings);
    if (tree.equals(MYSQL.fleet().tree())) {
      return new OddServer(made.local(), MYSQL.fleet().accounts());
    }
    ServerSpec spec = made.local().spec();
    made.local().stopCleanly(OddServer.PATIENCE);
    LocalServer elsewhere = LocalServer.create(spec, tree);
    elsewhere.start(OddServer.PATIENCE);
    return new OddServer(elsewhere, MYSQL.fleet().accounts());
  }

  private static void fill(OddServer server, List<String> statements) {
    server.run(List.of("CREATE DATABASE odd"));
    server.run(statements);
    try (MysqlSession session = server.open()) {
      for (String table :
          session
              .query(
                  "SELECT table_name AS t FROM information_schema.tables WHERE table_schema ="
                      + " 'odd'")
              .stream()
              .map(row -> row.text("t"))
              .toList()) {
        session.execute("INSERT INTO odd." + table + ROWS);
      }
    }
  }
}

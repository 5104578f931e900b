package io.reseed.mysql.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reseed.fleet.FailureCode;
import io.reseed.mysql.MysqlException;
import io.reseed.mysql.server.ColdCopy.Placement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ServerPathsTest {
  private static final ServerPaths PATHS =
      ServerPaths.of(
          Map.ofEntries(
              Map.entry("datadir", "/srv/db/data/"),
              Map.entry("innodb_data_home_dir", ""),
              Map.entry("innodb_log_group_home_dir", "/fast/redo"),
              Map.entry("innodb_undo_directory", "./"),
              Map.entry("innodb_directories", "/srv/db/data/more;/big/tables"),
              Map.entry("innodb_temp_tablespaces_dir", "./#innodb_temp/"),
              Map.entry("innodb_temp_data_file_path", "tmp1:12M:autoextend"),
              Map.entry("log_bin_basename", "/srv/db/data/binlog"),
              Map.entry("log_bin_index", "/srv/db/data/binlog.index"),
              Map.entry("relay_log_basename", "/srv/db/data/relay"),
              Map.entry("relay_log_index", "/srv/db/data/relay.index"),
              Map.entry("log_error", "./server.err"),
              Map.entry("pid_file", "/srv/db/data/server.pid"),
              Map.entry("socket", "/srv/db/data/mysqld.sock")),
          List.of(
              tablespace("/big/tables/shop/x.ibd", "shop/x"),
              tablespace("/srv/db/data/more/shop/y.ibd", "shop/y"),
              tablespace("/elsewhere/shop/z.ibd", "shop/z"),
              tablespace("./shop/gone.ibd", "shop/gone")),
          new Keyring("component_keyring_file", Optional.of("./keys/ring")),
          path -> Optional.of(path.normalize()));

  private static ServerLayout.NamedFile tablespace(String path, String name) {
    return new ServerLayout.NamedFile(path, "TABLESPACE", name, true);
  }

  private static ServerPaths spread(String home, String systemFiles, String undo) {
    return ServerPaths.of(
        Map.of(
            "datadir",
            "/srv/data/",
            "innodb_data_home_dir",
            home,
            "innodb_data_file_path",
            systemFiles,
            "innodb_undo_directory",
            undo,
            "innodb_log_group_home_dir",
            "/fast",
            "innodb_directories",
            "/srv;/big;/big/deep"),
        List.of(
            tablespace("/srv/more/g.ibd", "g"),
            tablespace("/big/deep/shop/t.ibd", "shop/t"),
            tablespace("/big/shop/t.ibd", "shop/t2"),
            new ServerLayout.NamedFile(undo + "/undo_001", "UNDO LOG", "innodb_undo_001", true),
            new ServerLayout.NamedFile("./near.ibu", "UNDO LOG", "near", true)),
        Keyring.NONE,
        path -> Optional.of(path.normalize()));
  }

  @Test
  void namesOnlyRootsOutsideOfOthers() {
    assertThat(PATHS.roots())
        .isEqualTo(
            Map.of(
                "data", Path.of("/srv/db/data"),
                "redo", Path.of("/fast/redo"),
                "directory-1", Path.of("/big/tables"),
                "directory-2", Path.of("/elsewhere")));
  }

  @Test
  void keepsApartWhatLiesInOneFolder() {
    ServerPaths paths = spread("/fast", "sys1:12M;sys2:12M:autoextend", "/fast");
    assertThat(paths.roots())
        .isEqualTo(
            Map.of(
                "data", Path.of("/srv/data"),
                "redo", Path.of("/fast"),
                "undo", Path.of("/fast"),
                "innodb-data", Path.of("/fast"),
                "directory-1", Path.of("/srv"),
                "directory-2", Path.of("/big/deep"),
                "directory-3", Path.of("/big")));
    assertThat(paths.settings())
        .isEqualTo(Map.of("innodb_data_file_path", "sys1:12M;sys2:12M:autoextend"));
    assertRoot(paths, "innodb-data", "/fast/sys1");
    assertRoot(paths, "undo", "/fast/near.ibu");
    assertRoot(paths, "redo", "/fast/#innodb_redo/#ib_redo7");
    assertRoot(paths, "directory-1", "/srv/more/g.ibd");
    assertRoot(paths, "directory-2", "/big/deep/shop/t.ibd");
    assertRoot(paths, "directory-3", "/big/shop/t.ibd");
    assertRoot(paths, "data", "/srv/data/shop/t.ibd");
    assertThat(paths.place(Path.of("/fast/other"))).isInstanceOf(Placement.LeftOut.class);
    assertThat(paths.copies("directory-1", "data")).isFalse();
  }

  @Test
  void namesTheFolderOfEachFileOfTheSystemTablespace() {
    ServerPaths paths = spread("", "sys1:12M;/a/sys2:12M;/b/sys3:12M:autoextend", "/srv/data/undo");
    assertThat(paths.settings())
        .isEqualTo(
            Map.of(
                "innodb_data_file_path",
                "sys1:12M;system-1/sys2:12M;system-2/sys3:12M:autoextend"));
    assertRoot(paths, "data", "/srv/data/sys1");
    assertRoot(paths, "system-2", "/b/sys3");
    assertRoot(paths, "undo", "/srv/data/undo/undo_001");
    assertThat(paths.copies("data", "undo/undo_001")).isFalse();
  }

  private static void assertRoot(ServerPaths paths, String root, String file) {
    assertThat(paths.place(Path.of(file)))
        .isInstanceOfSatisfying(
            Placement.Copied.class, copied -> assertThat(copied.root()).isEqualTo(root));
  }

  @ParameterizedTest
  @ValueSource(strings = {"sys1:10Gnewraw", "sys 1:12M", "/dev/sda1:10Graw", "sys1"})
  void refusesSystemTablespacesThatNoCopyHolds(String systemFiles) {
    assertThatThrownBy(() -> spread("", systemFiles, "/srv/data"))
        .isInstanceOfSatisfying(
            MysqlException.class,
            refused -> assertThat(refused.code()).isEqualTo(FailureCode.LAYOUT_UNSUPPORTED));
  }

  @Test
  void placesFilesBelowTheirRoots() {
    assertThat(PATHS.place(Path.of("/srv/db/data/shop/orders.ibd")))
        .isEqualTo(new Placement.Copied("data", Path.of("shop/orders.ibd")));
    assertThat(PATHS.place(Path.of("/fast/redo/#innodb_redo/#ib_redo12")))
        .isEqualTo(new Placement.Copied("redo", Path.of("#innodb_redo/#ib_redo12")));
    assertThat(PATHS.place(Path.of("/big/tables/shop/x.ibd")))
        .isEqualTo(new Placement.Copied("directory-1", Path.of("shop/x.ibd")));
    assertThat(PATHS.place(Path.of("/srv/db/data/more/shop/y.ibd")))
        .isEqualTo(new Placement.Copied("data", Path.of("more/shop/y.ibd")));
    assertThat(PATHS.place(Path.of("/big/tables/of-others/x.ibd")))
        .isInstanceOf(Placement.LeftOut.class);
    assertThat(PATHS.place(Path.of("/etc/passwd"))).isEqualTo(new Placement.Outside());
    assertThat(PATHS.place(Path.of("/srv/db/data/../other/file")))
        .isEqualTo(new Placement.Outside());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "auto.cnf",
        "mysqld-auto.cnf",
        "server-key.pem",
        "#innodb_temp/temp_1.ibt",
        "tmp1",
        "binlog.000001",
        "binlog.index",
        "relay.000002",
        "relay-east.000002",
        "server.err",
        "server.pid",
        "mysqld.sock",
        "mysqld.sock.lock",
        "#innodb_redo/#ib_redo13_tmp",
        "#ib_16384_0.dblwr",
        "mysqld.my",
        "component_keyring_file.cnf",
        "keys/ring",
        "#clone/#view_status"
      })
  void leavesOutWhatBelongsToOneServer(String file) {
    assertThat(PATHS.place(Path.of("/srv/db/data").resolve(file)))
        .isInstanceOf(Placement.LeftOut.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ibdata1",
        "mysql.ibd",
        "undo_001",
        "#innodb_redo/#ib_redo13",
        "binlog_events/t.ibd",
        "shop/auto.cnf",
        "binlogs.ibd",
        "ibtmp1/t.ibd",
        "shop/component_keyring_file.cnf",
        "mysql/general_log.CSV"
      })
  void copiesWhatOnlyLooksAlike(String file) {
    assertThat(PATHS.place(Path.of("/srv/db/data").resolve(file)))
        .isInstanceOf(Placement.Copied.class);
  }

  @Test
  void listsFilesAndEmptyFoldersAndRefusesLinks(@TempDir Path folder) throws IOException {
    Path data = Files.createDirectories(folder.resolve("data"));
    Path nested = Files.createDirectories(data.resolve("nested/#innodb_redo"));
    Files.createDirectories(data.resolve("empty"));
    Files.createDirectories(data.resolve("#innodb_temp"));
    Files.writeString(data.resolve("ibdata1"), "x");
    Files.writeString(data.resolve("auto.cnf"), "x");
    Files.writeString(data.resolve("#innodb_temp/t"), "x");
    Files.writeString(nested.resolve("r"), "x");
    ServerPaths paths =
        new ServerPaths(
            Map.of("data", data, "redo", data.resolve("nested")),
            Map.of(),
            List.of(),
            List.of(),
            Map.of());
    assertThat(paths.coldCopy().files())
        .containsExactly(
            new Placement.Copied("data", Path.of("ibdata1")),
            new Placement.Copied("redo", Path.of("#innodb_redo/r")));
    assertThat(paths.coldCopy().folders())
        .containsExactly(
            new Placement.Copied("data", Path.of("empty")),
            new Placement.Copied("data", Path.of("nested")),
            new Placement.Copied("redo", Path.of("#innodb_redo")));

    Files.createSymbolicLink(data.resolve("link"), nested);
    assertThatThrownBy(paths::coldCopy)
        .isInstanceOf(MysqlException.class)
        .hasMessageContaining("symbolic link");
  }
}

package io.reseed.mysql.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reseed.mysql.MysqlException;
import io.reseed.mysql.server.ColdCopy.Placement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
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
              Map.entry("socket", "/srv/db/data/mysqld.sock")));

  @Test
  void namesOnlyRootsOutsideOfOthers() {
    assertThat(PATHS.roots())
        .isEqualTo(
            Map.of(
                "data", Path.of("/srv/db/data"),
                "redo", Path.of("/fast/redo"),
                "directory-2", Path.of("/big/tables")));
  }

  @Test
  void placesFilesBelowTheirRoots() {
    assertThat(PATHS.place(Path.of("/srv/db/data/shop/orders.ibd")))
        .isEqualTo(new Placement.Copied("data", Path.of("shop/orders.ibd")));
    assertThat(PATHS.place(Path.of("/fast/redo/#innodb_redo/#ib_redo12")))
        .isEqualTo(new Placement.Copied("redo", Path.of("#innodb_redo/#ib_redo12")));
    assertThat(PATHS.place(Path.of("/big/tables/shop/x.ibd")))
        .isEqualTo(new Placement.Copied("directory-2", Path.of("shop/x.ibd")));
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
        "mysql/general_log.CSV"
      })
  void copiesWhatOnlyLooksAlike(String file) {
    assertThat(PATHS.place(Path.of("/srv/db/data").resolve(file)))
        .isInstanceOf(Placement.Copied.class);
  }

  @Test
  void listsFilesAndEmptyFoldersAndRefusesLinks(@TempDir Path folder) throws IOException {
    Path data = Files.createDirectories(folder.resolve("data"));
    Path nested = Files.createDirectories(data.resolve("nested-redo"));
    Files.createDirectories(data.resolve("empty"));
    Files.createDirectories(data.resolve("#innodb_temp"));
    Files.writeString(data.resolve("ibdata1"), "x");
    Files.writeString(data.resolve("auto.cnf"), "x");
    Files.writeString(data.resolve("#innodb_temp/t"), "x");
    Files.writeString(nested.resolve("r"), "x");
    ServerPaths paths = new ServerPaths(Map.of("data", data, "redo", nested), List.of(), List.of());
    assertThat(paths.coldCopy().files())
        .containsExactly(
            new Placement.Copied("data", Path.of("ibdata1")),
            new Placement.Copied("redo", Path.of("r")));
    assertThat(paths.coldCopy().folders())
        .containsExactly(new Placement.Copied("data", Path.of("empty")));

    Files.createSymbolicLink(data.resolve("link"), nested);
    assertThatThrownBy(paths::coldCopy)
        .isInstanceOf(MysqlException.class)
        .hasMessageContaining("symbolic link");
  }
}

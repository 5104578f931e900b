package io.reseed.mysql.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reseed.fleet.FailureCode;
import io.reseed.mysql.Fleet;
import io.reseed.mysql.MysqlException;
import io.reseed.mysql.MysqlSession;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(Fleet.Extension.class)
@Tag("slow")
final class MysqlTreeTest {
  @TempDir Path folder;

  private Path mysqldIn(String place) throws IOException {
    Path mysqld = folder.resolve(place).resolve("mysqld");
    Files.createDirectories(mysqld.getParent());
    Files.writeString(mysqld, "#!/bin/sh\n");
    assertThat(mysqld.toFile().setExecutable(true)).isTrue();
    return mysqld;
  }

  @Test
  void aNamedHomeWinsThenTheCacheThenThePath() throws IOException {
    Path inPath = mysqldIn("path");
    Map<String, String> environment =
        Map.of("RESEED_HOME", folder + "/cache", "PATH", "/nowhere:" + folder + "/path");
    assertThat(MysqlTree.locate(environment, null))
        .isEqualTo(new MysqlTree(inPath, Optional.empty()));

    Path inCache = mysqldIn("cache/mysql/bin");
    Path template = Files.createDirectories(folder.resolve("cache/mysql/template"));
    assertThat(MysqlTree.locate(environment, null).template()).isEmpty();
    Files.writeString(template.resolve("ibdata1"), "x");
    assertThat(MysqlTree.locate(environment, null))
        .isEqualTo(new MysqlTree(inCache, Optional.of(template)));

    Path named = mysqldIn("named/bin");
    assertThat(MysqlTree.locate(environment, folder + "/named").mysqld()).isEqualTo(named);
    Map<String, String> variable = Map.of("RESEED_MYSQL_HOME", folder + "/named");
    assertThat(MysqlTree.locate(variable, null).mysqld()).isEqualTo(named);
  }

  @Test
  void saysWhereItLooked() {
    assertThatThrownBy(() -> MysqlTree.locate(Map.of("HOME", "/no-home", "PATH", "/no-bin"), null))
        .isInstanceOfSatisfying(
            MysqlException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.MYSQL_NOT_FOUND))
        .hasMessageContaining("/no-home/.cache/reseed/mysql/bin/mysqld")
        .hasMessageContaining("/no-bin/mysqld");
    // A home that is named is not passed over.
    assertThatThrownBy(() -> MysqlTree.locate(Map.of("PATH", "/usr/sbin"), "/no-such-home"))
        .hasMessageContaining("/no-such-home/bin/mysqld");
  }

  @Test
  void withoutATemplateAServerIsInitialised(Fleet fleet) {
    MysqlTree bare = new MysqlTree(fleet.tree().mysqld(), Optional.empty());
    LocalServer server = LocalServer.create(fleet.fresh().spec(), bare);
    fleet.started(server);
    try (MysqlSession session = server.open(Fleet.ADMIN)) {
      assertThat(session.gtidExecuted().isEmpty()).isTrue();
    }
    server.destroy();
  }
}

package io.reseed.mysql.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RestoredRootsTest {

  @Test
  void putsEveryRootBesideTheDataAndTellsMysqldOfIt() {
    RestoredRoots roots =
        RestoredRoots.around(
            Path.of("/s/data"),
            List.of("data", "innodb-data", "redo", "undo", "directory-1", "directory-2"));
    assertThat(roots.folders())
        .containsEntry("data", Path.of("/s/data"))
        .containsEntry("redo", Path.of("/s/root-redo"))
        .containsEntry("directory-2", Path.of("/s/root-directory-2"))
        .hasSize(6);
    assertThat(roots.settings())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "innodb_data_home_dir", "/s/root-innodb-data",
                "innodb_log_group_home_dir", "/s/root-redo",
                "innodb_undo_directory", "/s/root-undo",
                "innodb_directories", "/s/root-directory-1;/s/root-directory-2"));
  }

  @Test
  void needsNoSettingForTheDataAlone() {
    assertThat(RestoredRoots.around(Path.of("/s/data"), List.of("data")).settings()).isEmpty();
  }
}

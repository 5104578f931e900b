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
            List.of("data", "innodb-data", "redo", "undo", "directory-1", "directory-2"),
            Map.of("innodb_page_size", "8192"));
    assertThat(roots.folders())
        .containsEntry("data", Path.of("/s/data"))
        .containsEntry("redo", Path.of("/s/root-redo"))
        .containsEntry("directory-2", Path.of("/s/root-directory-2"))
        .hasSize(6);
    assertThat(roots.settings())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "innodb_page_size", "8192",
                "innodb_data_home_dir", "/s/root-innodb-data",
                "innodb_log_group_home_dir", "/s/root-redo",
                "innodb_undo_directory", "/s/root-undo",
                "innodb_directories", "/s/root-directory-1;/s/root-directory-2"));
  }

  @Test
  void findsASystemTablespaceInSeveralFolders() {
    RestoredRoots roots =
        RestoredRoots.around(
            Path.of("/s:1/data"),
            List.of("data", "system-1", "system-2"),
            Map.of(
                "innodb_data_file_path", "system-2/a:12M;b:1G;system-1/c:12M:autoextend:max:1G"));
    assertThat(roots.folders()).containsEntry("system-1", Path.of("/s:1/root-system-1"));
    assertThat(roots.settings())
        .isEqualTo(
            Map.of(
                "innodb_data_file_path",
                "../root-system-2/a:12M;b:1G;../root-system-1/c:12M:autoextend:max:1G"));
  }

  @Test
  void listsFoldersInTheOrderOfTheirNumbers() {
    RestoredRoots roots =
        RestoredRoots.around(
            Path.of("/s/data"), List.of("data", "directory-10", "directory-9"), Map.of());
    assertThat(roots.settings())
        .containsEntry("innodb_directories", "/s/root-directory-9;/s/root-directory-10");
  }

  @Test
  void needsNoSettingForTheDataAlone() {
    assertThat(RestoredRoots.around(Path.of("/s/data"), List.of("data"), Map.of()).settings())
        .isEmpty();
  }
}

package io.reseed.mysql.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reseed.fleet.FailureCode;
import io.reseed.mysql.Fleet;
import io.reseed.mysql.MysqlException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What a clone may have left outside at the moment of a crash, without the clone. */
@ExtendWith(Fleet.Extension.class)
@Tag("slow")
final class ClonedOutsideTest {
  @TempDir private Path host;
  private Path outside;
  private Path table;
  private Path general;
  private SortedMap<Path, SortedSet<Path>> claimed;
  private LocalServer server;

  @BeforeEach
  void make(Fleet fleet) throws IOException {
    server = newServer("one", fleet);
    outside = Files.createDirectories(host.resolve("outside"));
    table = outside.resolve("schema/deep/table.ibd");
    general = outside.resolve("general.ibd");
    claimed = new TreeMap<>(Map.of(outside, new TreeSet<>(List.of(table, general))));
  }

  private LocalServer newServer(String name, Fleet fleet) {
    return LocalServer.create(
        ServerSpec.of(host.resolve("servers").resolve(name), Fleet.freeAddress(), 1, 64),
        fleet.tree());
  }

  private static void list(LocalServer server, String list, Path... files) throws IOException {
    Path lists = Files.createDirectories(server.dataDirectory().resolve("#clone"));
    StringBuilder text = new StringBuilder("./inside.ibd\n" + server.dataDirectory() + "/pool\n");
    for (Path file : files) {
      text.append(file).append('\n');
    }
    Files.writeString(lists.resolve(list), text);
  }

  @Test
  void goesAwayWithItsServerWhileTheCloneIsNotOver() throws IOException {
    server.outside().claim(claimed);
    assertThat(table.getParent()).isDirectory();
    list(server, "#new_files", table);
    Files.writeString(table, "cloned");

    server.destroy();
    assertThat(outside).isEmptyDirectory();
  }

  @Test
  void goesAwayWithItsServerAfterTheClone() throws IOException {
    server.outside().claim(claimed);
    list(server, "#new_files", table, general);
    Files.writeString(table, "cloned");
    Files.writeString(general, "cloned");
    server.outside().settle();
    Files.delete(server.dataDirectory().resolve("#clone/#new_files")); // by the first start

    server.destroy();
    assertThat(outside).isEmptyDirectory();
  }

  @Test
  void leavesWhatSomebodyElseMadeMeanwhile() throws IOException {
    server.outside().claim(claimed);
    list(server, "#new_files", table);
    list(server, "#replace_files", general);
    Files.writeString(table, "cloned");
    Files.writeString(general, "another's");
    Files.writeString(outside.resolve("general.ibd.#clone"), "cloned");
    assertThatThrownBy(() -> server.outside().settle())
        .isInstanceOfSatisfying(
            MysqlException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.CLONE_FAILED))
        .hasMessageContaining(general.toString());

    server.destroy();
    assertThat(outside).isDirectoryNotContaining(file -> !file.equals(general));
    assertThat(general).hasContent("another's");
  }

  @Test
  void leavesWhatAppearedBeforeTheCloneBegan() throws IOException {
    server.outside().claim(claimed);
    Files.writeString(general, "another's");
    Files.writeString(table, "another's");

    server.destroy();
    assertThat(general).exists();
    assertThat(table).exists();
  }

  @Test
  void isClaimedByOneServerAtATime(Fleet fleet) {
    server.outside().claim(claimed);
    LocalServer other = newServer("other", fleet);
    assertThatThrownBy(() -> other.outside().claim(claimed))
        .isInstanceOfSatisfying(
            MysqlException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.CLONE_FAILED))
        .hasMessageContaining(server.spec().directory().toString());

    server.destroy();
    assertThatCode(() -> other.outside().claim(claimed)).doesNotThrowAnyException();
    other.destroy();
  }

  @Test
  void isRefusedWhereTheFolderIsMissingOrTheFileIsThere() throws IOException {
    Files.writeString(general, "another's");
    assertThatThrownBy(() -> server.outside().claim(claimed))
        .isInstanceOfSatisfying(
            MysqlException.class,
            e -> assertThat(e.code()).isEqualTo(FailureCode.TABLESPACES_OUTSIDE))
        .hasMessageContaining(general.toString())
        .hasMessageNotContaining(table.toString());
    Files.delete(general);
    Files.delete(outside);
    assertThatThrownBy(() -> server.outside().claim(claimed))
        .hasMessageContaining("no folder " + outside)
        .hasMessageContaining(table.toString());
    server.destroy();
    assertThat(outside).doesNotExist();
  }
}

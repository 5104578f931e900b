package io.reseed.validator.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.agent.JobId;
import io.reseed.fleet.ServerAddress;
import io.reseed.mysql.server.LocalServer;
import io.reseed.mysql.server.MysqlTree;
import io.reseed.mysql.server.ServerSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is removed of read-backs, and what never is. */
class ReadBackFoldersTest {
  private static final JobId WANTED = new JobId("wanted", 1);
  private static final JobId LEFT = new JobId("left", 2);

  private static Path make(ReadBackFolders folders, JobId id) throws IOException {
    LocalServer server =
        LocalServer.create(
            ServerSpec.of(folders.server(id), new ServerAddress("127.0.0.1", 1), 1, 64),
            MysqlTree.locate());
    Files.createDirectories(folders.journal(id));
    Files.writeString(server.dataDirectory().resolve("ibdata1"), "pages");
    Files.createDirectories(server.dataDirectory().resolveSibling("root-undo"));
    return folders.server(id);
  }

  @Test
  void removesWhatNobodyWantsAndOnlyThat(@TempDir Path host) throws IOException {
    ReadBackFolders folders = new ReadBackFolders(host, MysqlTree.locate());
    assertThat(folders.leftovers(Set.of())).as("nothing was ever read back").isEmpty();
    Path wanted = make(folders, WANTED);
    Path left = make(folders, LEFT);
    assertThat(folders.leftovers(Set.of(WANTED))).containsExactly(left);
    folders.remove(left);
    assertThat(left).doesNotExist();
    assertThat(wanted).exists();
  }

  @Test
  void leavesAFolderThatBearsNoMarkerOfOurs(@TempDir Path host) throws IOException {
    ReadBackFolders folders = new ReadBackFolders(host, MysqlTree.locate());
    Path foreign = Files.createDirectories(folders.server(LEFT));
    Path file = Files.writeString(foreign.resolve("precious"), "not ours");
    folders.remove(foreign);
    assertThat(file).exists();
    Files.delete(file);
    folders.remove(foreign);
    assertThat(foreign).as("empty: cut off before it became a server's").doesNotExist();
  }
}

package io.reseed.mysql.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ServerRootsTest {
  private static final Path SERVER = Path.of("/srv/server");

  @Test
  void theDataRootNeedsNoSetting() {
    ServerRoots roots = ServerRoots.in(SERVER, List.of("data"));
    assertThat(roots.folders()).isEqualTo(Map.of("data", Path.of("/srv/server/data")));
    assertThat(roots.settings()).isEmpty();
  }

  /** What a server with such settings says of itself is what it was made from. */
  @Test
  void aServerFindsItsRootsWhereTheyWereLaid() {
    List<String> names =
        List.of("data", "directory-2", "directory-1", "innodb-data", "redo", "undo");
    ServerRoots roots = ServerRoots.in(SERVER, names);
    assertThat(roots.folders()).containsOnlyKeys(names);
    assertThat(roots.folders().values()).allMatch(folder -> SERVER.equals(folder.getParent()));

    Map<String, String> variables = new HashMap<>(roots.settings());
    variables.put("datadir", "/srv/server/data/");
    assertThat(ServerPaths.of(variables).roots()).isEqualTo(roots.folders());
  }
}

package io.reseed.mysql.server;

import static io.reseed.mysql.Fleet.ADMIN;
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
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Whole clones of odd donors: {@code OddDonorTest}. */
@ExtendWith(Fleet.Extension.class)
@Tag("slow")
class DonorLayoutTest {
  private final Fleet fleet;

  DonorLayoutTest(Fleet fleet) {
    this.fleet = fleet;
  }

  @Test
  void undoTablespacesOfOneFileNameAreRefusedBeforeAnythingIsCloned(@TempDir Path temp)
      throws IOException {
    Path outside = Files.createDirectory(temp.toRealPath().resolve("outside"));
    Map<String, String> settings = new TreeMap<>(Fleet.FAST);
    settings.put("innodb_directories", outside.toString());
    LocalServer server = fleet.started(fleet.fresh(settings));
    try (MysqlSession session = server.open(ADMIN)) {
      session.execute("CREATE UNDO TABLESPACE far ADD DATAFILE '%s/far.ibu'".formatted(outside));
      session.execute("CREATE UNDO TABLESPACE near ADD DATAFILE 'near.ibu'");
      assertThat(DonorLayout.ask(session).outside()).isEmpty();

      session.execute("CREATE UNDO TABLESPACE twin ADD DATAFILE '%s/near.ibu'".formatted(outside));
      assertThatThrownBy(() -> DonorLayout.ask(session))
          .isInstanceOfSatisfying(
              MysqlException.class,
              refused -> {
                assertThat(refused.code()).isEqualTo(FailureCode.LAYOUT_UNSUPPORTED);
                assertThat(refused).hasMessageContaining("./near.ibu");
                assertThat(refused).hasMessageContaining(outside + "/near.ibu");
              });
    } finally {
      server.destroy();
    }
  }
}

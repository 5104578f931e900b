package io.reseed.restore;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.backup.store.ObjectStore;
import io.reseed.backup.store.S3Store;
import io.reseed.mysql.MysqlSession;
import io.reseed.restore.Carried.Outcome.Left;
import io.reseed.restore.OddServer.Backup;
import io.reseed.restore.OddServer.Host;
import io.reseed.testkit.MysqlExtension;
import io.reseed.testkit.MysqlServerProcess;
import io.reseed.testkit.S3Extension;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** One of each kind of thing, on its way into a clone, a backup of that, and back. */
@Tag("slow")
class CarriedTest {
  @RegisterExtension static final S3Extension S3 = S3Extension.shared();
  @RegisterExtension static final MysqlExtension MYSQL = new MysqlExtension();

  private static final List<Carried> ROWS =
      CarriedThings.all().stream().filter(Carried::isMade).toList();

  @Test
  void whatADonorHasIsInItsCloneAndInABackupOfThat() throws Exception {
    MysqlServerProcess server =
        MYSQL.fleet().newServer("donor", MYSQL.fleet().nextAddress(), Map.of());
    OddServer donor = new OddServer(server.local(), MYSQL.fleet().accounts());
    donor.run(List.of("CREATE DATABASE carried"));
    ROWS.forEach(row -> donor.run(row.statements()));
    Map<Carried, String> answers = answers(donor);
    assertThat(answers.values()).doesNotContain("");

    OddServer clone = donor.cloneTo(Host.of(MYSQL, "clone-host"));
    MYSQL.fleet().destroy(server);
    clone.local().start(OddServer.PATIENCE);
    assertCarried(clone, answers);
    clone.check();
    try (ObjectStore store = S3Store.open(Stage.storeSettings(S3))) {
      Backup backup = clone.backUp(store, null);
      clone.local().destroy();
      OddServer restored =
          OddServer.restore(
              store, backup, Host.of(MYSQL, "restore-host"), MYSQL.fleet().accounts());
      // not by CHECKSUM TABLE, whose answer for a multi-valued index changes with each start
      restored.local().start(OddServer.PATIENCE);
      try (MysqlSession session = restored.open()) {
        assertThat(session.gtidExecuted()).isEqualTo(backup.manifest().header().gtidExecuted());
      }
      assertCarried(restored, answers);
      restored.check();
      restored.local().destroy();
    }
  }

  private static Map<Carried, String> answers(OddServer server) {
    Map<Carried, String> answers = new LinkedHashMap<>();
    for (Carried row : ROWS) {
      try (MysqlSession session = server.open()) {
        answers.put(row, session.queryValue(row.question()).orElse(""));
      }
    }
    return answers;
  }

  private static void assertCarried(OddServer copy, Map<Carried, String> donors) {
    answers(copy)
        .forEach(
            (row, answer) -> {
              if (row.outcome() instanceof Left) {
                assertThat(answer).as("%s", row).isNotEqualTo(donors.get(row));
              } else {
                assertThat(answer).as("%s", row).isEqualTo(donors.get(row));
              }
            });
  }
}

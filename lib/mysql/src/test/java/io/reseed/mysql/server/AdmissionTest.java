package io.reseed.mysql.server;

import static io.reseed.mysql.Fleet.ADMIN;
import static io.reseed.mysql.Fleet.START;
import static io.reseed.mysql.Fleet.STOP;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reseed.fleet.FailureCode;
import io.reseed.mysql.Credentials;
import io.reseed.mysql.Fleet;
import io.reseed.mysql.MysqlException;
import io.reseed.mysql.MysqlSession;
import io.reseed.mysql.gtid.GtidSet;
import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Fleet.Extension.class)
@Tag("slow")
final class AdmissionTest {
  private static final Credentials BEFORE = Fleet.account("ag\\ent's", "before");
  private static final Credentials NOW = Fleet.account("ag\\ent's", "ünï'c\\ode ‰ password");
  private final Fleet fleet;

  AdmissionTest(Fleet fleet) {
    this.fleet = fleet;
  }

  @Test
  void ofAnAccountWhosePasswordWasRotated() throws IOException {
    LocalServer server = oldServer();
    GtidSet executed = executed(server);
    assertRefused(server, NOW);

    Admission.admit(server, NOW, START);

    server.open(NOW).close();
    assertRefused(server, BEFORE);
    assertThat(executed(server)).isEqualTo(executed);
    assertThat(server.spec().directory().resolve("run/bootstrap.sql")).doesNotExist();
    assertThat(Files.readString(server.errorLog())).doesNotContain("before", "‰");
    try (MysqlSession session = server.open(ADMIN)) {
      assertThat(session.queryValue("SELECT @@global.super_read_only")).contains("1");
      // of both host names, and with the rights that they had
      assertThat(session.query("SELECT 1 FROM mysql.user WHERE User = ?", NOW.user())).hasSize(2);
      assertThat(
              session.queryValue(
                  "SELECT COUNT(DISTINCT authentication_string) FROM mysql.user WHERE User = ?",
                  NOW.user()))
          .contains("1");
      assertThat(
              session.queryValue(
                  "SELECT COUNT(*) FROM performance_schema.events_statements_summary_by_digest"
                      + " WHERE QUERY_SAMPLE_TEXT LIKE '%‰%'"))
          .contains("0");
    }
    long process = server.processId().orElseThrow();
    Admission.admit(server, NOW, START);
    assertThat(server.processId()).contains(process);

    Credentials unknown = Fleet.account("nobody", "password");
    assertThatThrownBy(() -> Admission.admit(server, unknown, START))
        .isInstanceOfSatisfying(
            MysqlException.class,
            e -> assertThat(e.code()).isEqualTo(FailureCode.ACCOUNT_NOT_ADMITTED));
    assertThat(executed(server)).isEqualTo(executed);
  }

  /** Fenced, as a restored server is, with an account under two host names. */
  private LocalServer oldServer() {
    LocalServer server = fleet.started(fleet.fresh());
    try (MysqlSession session = server.open(ADMIN)) {
      for (String host : new String[] {"%", "127.0.0.0/255.0.0.0"}) {
        session.execute("CREATE USER ?@? IDENTIFIED BY ?", BEFORE.user(), host, BEFORE.password());
        session.execute("GRANT SELECT ON *.* TO ?@?", BEFORE.user(), host);
      }
    }
    server.stopCleanly(STOP);
    LocalServer fenced = LocalServer.create(server.spec().withFenced(true), fleet.tree());
    fenced.start(START);
    return fenced;
  }

  private static GtidSet executed(LocalServer server) {
    try (MysqlSession session = server.open(ADMIN)) {
      return session.gtidExecuted();
    }
  }

  private static void assertRefused(LocalServer server, Credentials account) {
    assertThatThrownBy(() -> server.open(account))
        .isInstanceOfSatisfying(
            MysqlException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.ACCESS_DENIED));
  }
}

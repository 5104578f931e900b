package io.reseed.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.mysql.trust.ServerTrust;
import java.util.List;
import org.junit.jupiter.api.Test;

class FleetAccountsTest {
  @Test
  void theOperatorsScriptBecomesStatementsWithPasswords() {
    FleetAccounts accounts =
        FleetAccounts.generate(ServerTrust.trustedNetwork(List.of("127.0.0.0/8")));

    assertThat(accounts.statements())
        .noneMatch(statement -> statement.contains("_password"))
        .noneMatch(statement -> statement.contains("--"))
        .allMatch(statement -> statement.startsWith("CREATE USER") || statement.startsWith("GRANT"))
        .anyMatch(statement -> statement.contains("'" + accounts.agent().password() + "'"));
  }

  @Test
  void aStatementMaySpanLines() {
    assertThat(FleetAccounts.split("-- why\nGRANT A,\n  B ON *.* TO u;\n\n-- more\nSELECT 1;"))
        .containsExactly("GRANT A,\n  B ON *.* TO u", "SELECT 1");
  }
}

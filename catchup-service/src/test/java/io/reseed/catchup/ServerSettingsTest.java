package io.reseed.catchup;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.events.BackupRestored;
import io.reseed.events.SeedingAssigned;
import io.reseed.events.SeedingOrigin;
import io.reseed.events.SeedingPurpose;
import io.reseed.fleet.SettingDifference;
import io.reseed.fleet.ShardName;
import io.reseed.mysql.ServerSettings;
import io.reseed.testkit.FleetAccounts;
import io.reseed.testkit.MysqlExtension;
import io.reseed.testkit.MysqlServerProcess;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A made server applies what its source could execute, and its other differences are named. */
@Tag("slow")
class ServerSettingsTest {
  private static final Duration TIMEOUT = Duration.ofMinutes(2);

  @RegisterExtension private static final MysqlExtension MYSQL = new MysqlExtension();

  @Test
  void followsWhatDecidesWhetherStatementsApplyAndNamesTheRest() {
    MysqlServerProcess source = MYSQL.fleet().newServer("settled");
    source.execute("SET PERSIST log_bin_trust_function_creators = ON");
    source.execute("SET PERSIST max_connections = 700");
    source.execute("SET PERSIST time_zone = '+05:00'");
    source.execute("CREATE DATABASE shop");
    source.execute("CREATE FUNCTION shop.dice() RETURNS DOUBLE RETURN RAND()");
    MysqlServerProcess made = MYSQL.fleet().newServer("made");
    made.execute("SET GLOBAL super_read_only = ON");
    CatchUpWorker worker = worker(MYSQL.fleet().accounts());
    BackupRestored restored = restored(assignment(source), made);

    assertThat(worker.run("commerce/-80", new CatchUpEffect.Attach(assignment(source), restored)))
        .isInstanceOf(CatchUpInput.Attached.class);

    made.awaitCaughtUpWith(source, TIMEOUT); // error 1418 stopped it before
    assertThat(worker.run("commerce/-80", new CatchUpEffect.Compare(assignment(source), restored)))
        .isInstanceOfSatisfying(
            CatchUpInput.Compared.class,
            compared ->
                assertThat(compared.differences())
                    .contains(new SettingDifference("max_connections", "151", "700"))
                    .extracting(SettingDifference::setting)
                    .contains("time_zone")
                    .doesNotContain("log_bin_trust_function_creators")
                    .isSubsetOf(ServerSettings.names()));
  }

  private static CatchUpWorker worker(FleetAccounts accounts) {
    return new CatchUpWorker(
        Map.of(
            "commerce",
            new CatchUpWorker.Accounts(
                accounts.observer(), accounts.agent(), accounts.replicator())));
  }

  private static SeedingAssigned assignment(MysqlServerProcess source) {
    return new SeedingAssigned(
        new ShardName("commerce", "-80"),
        "alike",
        1,
        SeedingPurpose.REPLICA,
        SeedingAssigned.Goal.MAKE,
        "host-1",
        source.address(),
        source.address(),
        new SeedingOrigin.Backup("backup-1"),
        null);
  }

  private static BackupRestored restored(SeedingAssigned assignment, MysqlServerProcess made) {
    return new BackupRestored(
        assignment.shard(),
        assignment.seeding(),
        assignment.attempt(),
        assignment.purpose(),
        assignment.host(),
        made.address(),
        "uuid",
        assignment.origin(),
        "",
        1,
        1,
        1);
  }
}

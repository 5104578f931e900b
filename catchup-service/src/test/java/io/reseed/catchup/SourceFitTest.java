package io.reseed.catchup;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.events.BackupRestored;
import io.reseed.events.SeedingAssigned;
import io.reseed.events.SeedingAssigned.Goal;
import io.reseed.events.SeedingOrigin;
import io.reseed.events.SeedingPurpose;
import io.reseed.fleet.FailureClass;
import io.reseed.fleet.ServerAddress;
import io.reseed.fleet.ShardName;
import io.reseed.mysql.ServerObservation;
import io.reseed.mysql.gtid.GtidSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Who is to blame when a server cannot follow its source. The restored set is always 1-10. */
class SourceFitTest {
  private static final SeedingOrigin BACKUP = new SeedingOrigin.Backup("b");
  private static final SeedingOrigin DONOR = new SeedingOrigin.Donor(Story.OLD_PRIMARY);

  @Test
  void fitsWhereTheSourceHasAllAndPurgedNothingThatIsNeeded() {
    assertThat(SourceFit.fits(server("1-12"), source("1-20", "1-12"))).isTrue();
    assertThat(SourceFit.fits(server("1-12"), source("1-11", ""))).isFalse();
    assertThat(SourceFit.fits(server("1-12"), source("1-20", "1-13"))).isFalse();
  }

  @Test
  void blamesTheBackupForItsOwnErrantTransactions() {
    ServerObservation primary = source("1-9", "");
    assertJudged(BACKUP, "1-12", primary, primary, "ERRANT_TRANSACTIONS", FailureClass.BAD_BACKUP);
    assertThat(judge(BACKUP, "1-12", primary, primary).orElseThrow().failure().message())
        .contains(Story.UUID + ":10,")
        .doesNotContain(":10-12");
  }

  @Test
  void blamesNobodyForWhatWasReplayedFromAServerThatDied() {
    ServerObservation primary = source("1-11", "");
    assertJudged(
        BACKUP, "1-12", primary, primary, "SOURCE_LACKS_TRANSACTIONS", FailureClass.TRANSIENT);
    assertThat(judge(BACKUP, "1-12", primary, primary).orElseThrow().settled()).isTrue();
  }

  @Test
  void waitsForAReplicaThatOnlyLagsBehindThePrimary() {
    ServerObservation replica = source("1-5", "");
    ServerObservation primary = source("1-20", "");
    assertJudged(
        BACKUP, "1-10", replica, primary, "SOURCE_LACKS_TRANSACTIONS", FailureClass.TRANSIENT);
    assertThat(judge(BACKUP, "1-10", replica, primary).orElseThrow().settled()).isFalse();
  }

  @Test
  void blamesNoBackupForAClone() {
    ServerObservation primary = source("1-9", "");
    assertJudged(
        DONOR, "1-10", primary, primary, "SOURCE_LACKS_TRANSACTIONS", FailureClass.TRANSIENT);
    ServerObservation purged = source("1-20", "1-15");
    assertJudged(DONOR, "1-10", purged, purged, "SOURCE_PURGED", FailureClass.TRANSIENT);
  }

  @Test
  void aGapIsTheBackupsOnlyWhereThePrimaryPurgedTooAndBlamesNobody() {
    ServerObservation replica = source("1-20", "1-15");
    assertJudged(
        BACKUP, "1-10", replica, source("1-20", "1-12"), "BINLOG_GAP", FailureClass.TRANSIENT);
    assertJudged(
        BACKUP, "1-10", replica, source("1-20", "1-10"), "SOURCE_PURGED", FailureClass.TRANSIENT);
    assertThat(judge(BACKUP, "1-10", replica, source("1-20", "")).orElseThrow().settled()).isTrue();
  }

  private static void assertJudged(
      SeedingOrigin origin,
      String executed,
      ServerObservation source,
      ServerObservation primary,
      String code,
      FailureClass failureClass) {
    assertThat(judge(origin, executed, source, primary))
        .hasValueSatisfying(
            misfit -> {
              assertThat(misfit.failure().code()).isEqualTo(code);
              assertThat(misfit.failure().failureClass()).isEqualTo(failureClass);
            });
  }

  private static Optional<SourceFit.Misfit> judge(
      SeedingOrigin origin, String executed, ServerObservation source, ServerObservation primary) {
    return SourceFit.judge(attach(origin), server(executed), source, primary);
  }

  private static CatchUpEffect attach(SeedingOrigin origin) {
    ShardName shard = ShardName.parse("commerce/-80");
    SeedingPurpose purpose = SeedingPurpose.VALIDATION;
    return new CatchUpEffect.Attach(
        new SeedingAssigned(
            shard,
            Story.SEEDING,
            1,
            purpose,
            Goal.MAKE,
            "host-1",
            Story.OLD_PRIMARY,
            Story.NEW_PRIMARY,
            origin,
            null),
        new BackupRestored(
            shard,
            Story.SEEDING,
            1,
            purpose,
            "host-1",
            Story.SERVER,
            Story.UUID,
            origin,
            Story.gtids(10),
            1,
            1,
            1));
  }

  private static ServerObservation server(String executed) {
    return source(executed, "");
  }

  private static ServerObservation source(String executed, String purged) {
    return new ServerObservation(
        new ServerAddress("10.0.0.1", 3306),
        Story.UUID,
        1,
        "9.7.4",
        true,
        true,
        set(executed),
        set(purged),
        Optional.empty(),
        List.of(),
        List.of());
  }

  private static GtidSet set(String interval) {
    return interval.isEmpty() ? GtidSet.EMPTY : GtidSet.parse(Story.UUID + ":" + interval);
  }
}

package io.reseed.failover.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reseed.events.SeedingAssigned;
import io.reseed.events.SeedingOrigin;
import io.reseed.events.SeedingPurpose;
import io.reseed.failover.probe.RepairLimit.Bounds;
import io.reseed.fleet.ServerAddress;
import io.reseed.fleet.ShardName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RepairLimitTest {
  private final AtomicLong nanos = new AtomicLong(1);
  private final RepairLimit limit = new RepairLimit(new Bounds(3, 100), nanos::get);
  private final List<SeedingAssigned> assigned = new ArrayList<>();

  private boolean begins(String seeding) {
    return limit.lets(seeding, new ShardName("commerce", seeding), assigned, 3);
  }

  private void assign(String seeding, SeedingPurpose purpose, SeedingAssigned.Goal goal) {
    ServerAddress server = new ServerAddress("db1", 3306);
    assigned.add(
        new SeedingAssigned(
            new ShardName("commerce", seeding),
            seeding,
            1,
            purpose,
            goal,
            "host-1",
            server,
            server,
            new SeedingOrigin.Backup("b-1"),
            null));
  }

  /** A lost zone: all shards ask at once, before anything is assigned. */
  @Test
  void ofMassesThatBeginAtOnceOnlySomeAreLetBegin() {
    List<String> begun = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      if (begins("s" + i)) {
        begun.add("s" + i);
      }
    }
    assertThat(begun).containsExactly("s0", "s1", "s2");
    assertThat(limit.lets("o", new ShardName("other", "1"), assigned, 3))
        .as("another cluster's")
        .isTrue();
    assertThat(begins("s1")).as("a further attempt").isTrue();
    limit.withdraw("s1");
    assertThat(begins("s50")).as("in place of one without a backup, say").isTrue();
    assertThat(begins("s1")).isFalse();
  }

  @Test
  void whatIsMadeKeepsItsPlaceAndWhatIsKeptOrProvesBackupsHasNone() {
    assign("s0", SeedingPurpose.REPLICA, SeedingAssigned.Goal.MAKE);
    assign("s1", SeedingPurpose.REPLICA, SeedingAssigned.Goal.MAKE);
    assign("v1", SeedingPurpose.VALIDATION, SeedingAssigned.Goal.MAKE);
    assign("k1", SeedingPurpose.REPLICA, SeedingAssigned.Goal.KEEP);

    assertThat(begins("s2")).isTrue();
    assertThat(begins("s3")).isFalse();

    nanos.addAndGet(Duration.ofSeconds(61).toNanos());
    assertThat(begins("s3")).as("what was let begin was never assigned").isTrue();
  }

  @Test
  void oneThatLetsNothingBeginIsRefused() {
    assertThatThrownBy(() -> new Bounds(0, 20)).hasMessageContaining("repairs-max");
    assertThatThrownBy(() -> new Bounds(1, 0)).hasMessageContaining("repairs-share-max");
  }

  /** By a share of what is declared; of what is not known yet few are let begin. */
  @ParameterizedTest
  @CsvSource({"50, 20, 300, 50", "50, 20, 30, 6", "50, 20, 3, 5", "1, 20, 300, 1", "50, 20, -1, 5"})
  void theSmallerOfNumberAndShareCounts(int repairsMax, int percent, int servers, int expected) {
    OptionalInt known = servers < 0 ? OptionalInt.empty() : OptionalInt.of(servers);

    assertThat(new RepairLimit(new Bounds(repairsMax, percent)).repairsMax(known))
        .isEqualTo(expected);
  }
}

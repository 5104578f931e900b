package io.reseed.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.events.BackupCreated;
import io.reseed.events.BackupRestored;
import io.reseed.events.SeedingOrigin;
import io.reseed.events.SeedingPurpose;
import io.reseed.events.SeedingStage;
import io.reseed.events.ServerChecked;
import io.reseed.events.check.CheckResult;
import io.reseed.fleet.ServerAddress;
import io.reseed.fleet.ShardName;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class SummaryTest {
  private static final ShardName SHARD = ShardName.parse("commerce/80-");
  private static final ServerAddress SERVER = ServerAddress.parse("127.0.0.12:3310");

  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  private final Screen screen =
      new Screen(new PrintStream(written, true, StandardCharsets.UTF_8), false, false);

  @Test
  void aCyclesStagesChecksAndBytesStandInOneLine() {
    Cycle cycle = new Cycle("cycle-1");
    cycle.origin(new SeedingOrigin.Donor(SERVER));
    cycle.restored(
        new BackupRestored(
            SHARD,
            "cycle-1",
            1,
            SeedingPurpose.VALIDATION,
            "backup-1",
            SERVER,
            "uuid",
            new SeedingOrigin.Donor(SERVER),
            "",
            10,
            20,
            5_000));
    cycle.checked(checked(SeedingStage.CHECK, 3_000));
    cycle.checked(checked(SeedingStage.READ_BACK, 1_000));
    cycle.created(
        new BackupCreated(
            SHARD,
            "b-2",
            "cycle-1",
            1,
            "",
            "9.7.4",
            300_000_000,
            90_000_000,
            88_000_000,
            null,
            List.of(),
            Instant.EPOCH,
            4_000));
    cycle.measured(Duration.ofSeconds(20), new Traffic.Sent(12_000, 275_000_000));
    Summary.printCycles(screen, List.of(cycle));
    assertThat(
            written.toString(StandardCharsets.UTF_8).lines().filter(line -> line.contains("fresh")))
        .singleElement()
        .asString()
        .matches(
            " *fresh +5\\.0 +- +3\\.5 +4\\.0 +1\\.5 +20\\.0 +20\\.00 % +88\\.0 MB +12\\.0 kB"
                + " +275\\.0 MB");
  }

  /** Half a second longer than its check. */
  private static ServerChecked checked(SeedingStage stage, long checkMillis) {
    return new ServerChecked(
        SHARD,
        "cycle-1",
        1,
        "backup-1",
        stage,
        null,
        0,
        List.of(CheckResult.of("check-table", CheckResult.Outcome.HELD, "all", checkMillis)),
        checkMillis + 500);
  }
}

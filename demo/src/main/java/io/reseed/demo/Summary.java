package io.reseed.demo;

import io.reseed.demo.Screen.Tone;
import io.reseed.events.BackupRestored;
import io.reseed.events.SeedingStage;
import java.time.Duration;
import java.util.List;

/** The table at the demo's end. */
final class Summary {
  private static final List<Stage> STAGES =
      List.of(
          Stage.PROMOTED,
          Stage.ASSIGNED,
          Stage.RESTORED,
          Stage.ATTACHED,
          Stage.CAUGHT_UP,
          Stage.WHOLE);
  private static final String ROW = "  %-14s%9s%9s%9s%9s%10s%8s%11s%10s%9s";

  private static final String CYCLE_ROW = "%8s%9s%11s%11s%11s";

  private Summary() {}

  static void print(Screen screen, List<Repair> repairs) {
    screen.heading("Summary: seconds from the kill");
    screen.line(
        ROW.formatted(
            "shard",
            STAGES.get(0).label(),
            STAGES.get(1).label(),
            STAGES.get(2).label(),
            STAGES.get(3).label(),
            STAGES.get(4).label(),
            STAGES.get(5).label(),
            "restored",
            "sent",
            "of data"),
        Tone.FAINT);
    repairs.forEach(repair -> screen.line(row(repair), Tone.PLAIN));
    screen.line(
        "  restored: bytes of data files that the restore-service wrote (backup-restored);",
        Tone.FAINT);
    screen.line(
        "  sent: Bytes_sent of the new replica's own connection at the new primary, at the proof.",
        Tone.FAINT);
  }

  /** What the cycles of the backup pipeline took and moved. */
  static void printCycles(Screen screen, List<Cycle> cycles) {
    screen.heading("Summary: seconds of each stage of a cycle");
    StringBuilder head = new StringBuilder("  %-9s".formatted("cycle"));
    for (SeedingStage stage : SeedingStage.values()) {
      head.append("%10s".formatted(CycleTeller.word(stage)));
    }
    screen.line(
        head + CYCLE_ROW.formatted("whole", "checks", "uploaded", "primary", "replicas"),
        Tone.FAINT);
    cycles.forEach(cycle -> screen.line(row(cycle), Tone.PLAIN));
    screen.line("  whole: from the request until the new backup is RESTORABLE;", Tone.FAINT);
    screen.line("  checks: time in checks of all stages but the pages', of the whole;", Tone.FAINT);
    screen.line(
        "  primary, replicas: Bytes_sent to Reseed's accounts that do more than look, and the clone's.",
        Tone.FAINT);
  }

  private static String row(Cycle cycle) {
    StringBuilder row =
        new StringBuilder("  %-9s".formatted(cycle.isFresh() ? "fresh" : "regular"));
    for (SeedingStage stage : SeedingStage.values()) {
      row.append("%10s".formatted(cycle.took(stage).map(Figures::seconds).orElse("-")));
    }
    Duration whole = cycle.whole().orElse(Duration.ZERO);
    return row
        + CYCLE_ROW.formatted(
            Figures.seconds(whole),
            Figures.share(cycle.inChecks().toMillis(), whole.toMillis()),
            cycle.created().map(made -> Figures.bytes(made.bytesUploaded())).orElse("-"),
            cycle.sent().map(sent -> Figures.bytes(sent.byPrimary())).orElse("-"),
            cycle.sent().map(sent -> Figures.bytes(sent.byReplicas())).orElse("-"));
  }

  private static String row(Repair repair) {
    long restored = repair.restored().map(BackupRestored::bytesWritten).orElse(0L);
    return ROW.formatted(
        repair.shard(),
        seconds(repair, STAGES.get(0)),
        seconds(repair, STAGES.get(1)),
        seconds(repair, STAGES.get(2)),
        seconds(repair, STAGES.get(3)),
        seconds(repair, STAGES.get(4)),
        seconds(repair, STAGES.get(5)),
        Figures.bytes(restored),
        repair.bytesSentByPrimary() < 0 ? "?" : Figures.bytes(repair.bytesSentByPrimary()),
        Figures.share(repair.bytesSentByPrimary(), restored));
  }

  private static String seconds(Repair repair, Stage stage) {
    return repair.after(stage).map(Figures::seconds).orElse("-");
  }
}

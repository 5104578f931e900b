package io.reseed.demo;

import io.reseed.demo.Screen.Tone;
import io.reseed.events.BackupRestored;
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

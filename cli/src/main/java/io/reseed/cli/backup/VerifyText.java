package io.reseed.cli.backup;

import io.reseed.backup.verify.VerifyReport;
import io.reseed.backup.verify.VerifyReport.BadPack;
import io.reseed.backup.verify.VerifyReport.Counts;
import io.reseed.backup.verify.VerifyReport.Fault;
import io.reseed.backup.verify.VerifyReport.Touched;
import io.reseed.backup.verify.VerifyReport.TouchedFile;
import io.reseed.backup.verify.VerifyReport.Unreadable;
import io.reseed.cli.output.Figures;

/** What was found in the store, for people. */
public final class VerifyText {
  private final StringBuilder text = new StringBuilder();

  private VerifyText() {}

  static String of(VerifyReport report) {
    VerifyText text = new VerifyText();
    report.unreadable().forEach(text::unreadable);
    report.badPacks().forEach(text::badPack);
    Counts counts = report.counts();
    text.line(
        "%s: looked at %d backups, %d packs, %d parts in them, %s read, %d pages checked"
            .formatted(
                report.sound() ? "sound" : "BAD",
                counts.backups(),
                counts.packs(),
                counts.parts(),
                Figures.bytes(counts.bytesRead()),
                counts.pages()));
    return text.text.toString().stripTrailing();
  }

  private void unreadable(Unreadable backup) {
    line(
        "!! backup %s of %s CANNOT BE READ: %s"
            .formatted(backup.backup(), backup.shard(), backup.code()));
    line("     " + backup.message());
  }

  private void badPack(BadPack pack) {
    line("!! pack %s/%s HAS %d BAD PARTS".formatted(pack.shard(), pack.name(), pack.faultCount()));
    for (Fault fault : pack.faults()) {
      line(
          "     %s, %d bytes at %d: %s"
              .formatted(fault.kind(), fault.storedBytes(), fault.offset(), fault.message()));
    }
    for (Touched backup : pack.touched()) {
      line("   backup " + backup.backup() + " needs it for");
      for (TouchedFile file : backup.files()) {
        line("     " + file.path() + (file.table() == null ? "" : ", table " + file.table()));
      }
    }
  }

  private void line(String line) {
    text.append(line).append('\n');
  }
}

package io.reseed.cli;

import io.reseed.backup.verify.VerifyReport;
import io.reseed.backup.verify.VerifyReport.BadPack;
import io.reseed.backup.verify.VerifyReport.Counts;
import io.reseed.backup.verify.VerifyReport.Fault;
import io.reseed.backup.verify.VerifyReport.Touched;
import io.reseed.backup.verify.VerifyReport.TouchedFile;
import io.reseed.backup.verify.VerifyReport.Unreadable;

/** What was found in the store, for people. */
final class VerifyText {
  private final StringBuilder text = new StringBuilder();

  private VerifyText() {}

  static String of(VerifyReport report) {
    VerifyText text = new VerifyText();
    report.unreadable().forEach(text::unreadable);
    report.badPacks().forEach(text::badPack);
    Counts counts = report.counts();
    text.line(
        "%s: looked at %d backups, %d packs, %d parts in them, %s read, %d pages checked",
        report.sound() ? "sound" : "BAD",
        counts.backups(),
        counts.packs(),
        counts.parts(),
        Figures.bytes(counts.bytesRead()),
        counts.pages());
    return text.text.toString().stripTrailing();
  }

  private void unreadable(Unreadable backup) {
    line("!! backup %s of %s CANNOT BE READ: %s", backup.backup(), backup.shard(), backup.code());
    line("     %s", backup.message());
  }

  private void badPack(BadPack pack) {
    line("!! pack %s/%s HAS %d BAD PARTS", pack.shard(), pack.name(), pack.faultCount());
    for (Fault fault : pack.faults()) {
      line(
          "     %s, %d bytes at %d: %s",
          fault.kind(), fault.storedBytes(), fault.offset(), fault.message());
    }
    for (Touched backup : pack.touched()) {
      line("   backup %s needs it for", backup.backup());
      for (TouchedFile file : backup.files()) {
        line("     %s%s", file.path(), file.table() == null ? "" : ", table " + file.table());
      }
    }
  }

  private void line(String form, Object... values) {
    text.append(form.formatted(values)).append('\n');
  }
}

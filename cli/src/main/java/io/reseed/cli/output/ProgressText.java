package io.reseed.cli.output;

import io.reseed.cli.fleet.Fleet;
import io.reseed.events.SeedingProgress;

/** How far a stage is, for people. */
public final class ProgressText {
  private ProgressText() {}

  public static String done(Fleet.Progress progress) {
    SeedingProgress event = progress.event();
    String done = amount(event.unit(), event.done());
    return progress
        .percent()
        .map(percent -> percent + "% (" + done + " of " + amount(event.unit(), event.total()) + ")")
        .orElse(done);
  }

  static String rate(SeedingProgress event) {
    return event.ratePerSecond() == 0 ? "-" : amount(event.unit(), event.ratePerSecond()) + "/s";
  }

  private static String amount(SeedingProgress.Unit unit, long amount) {
    return switch (unit) {
      case BYTES -> Figures.bytes(amount);
      case TRANSACTIONS -> amount + " trx";
    };
  }
}

package io.reseed.bench.figures;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What a contest is to show; ratios of medians of one run on one machine. */
public sealed interface Goal {
  /**
   * What came out.
   *
   * @param text with the figure and the goal
   */
  record Judgement(boolean met, String text) {}

  /** Nothing when those that it speaks of did not take part. */
  Optional<Judgement> judge(Result result);

  /** At least this fraction of the slowest baseline's speed. */
  record OfTheSlowestBaseline(double fractionMin) implements Goal {
    @Override
    public Optional<Judgement> judge(Result result) {
      return result.of(Role.BASELINE).stream()
          .max(Comparator.comparingDouble(entry -> entry.seconds().median()))
          .map(
              slowest -> {
                double fraction = slowest.seconds().median() / result.ours().seconds().median();
                return new Judgement(
                    fraction >= fractionMin,
                    String.format(
                        Locale.ROOT,
                        "%.2f of the speed of the slowest baseline, %s (goal ≥ %.2f)",
                        fraction,
                        slowest.name(),
                        fractionMin));
              });
    }
  }

  /** The peer takes at least this many times as long. */
  record TimesFasterThan(String peer, double timesMin) implements Goal {
    @Override
    public Optional<Judgement> judge(Result result) {
      return result.entries().stream()
          .filter(entry -> entry.name().equals(peer))
          .findFirst()
          .map(
              entry -> {
                double times = entry.seconds().median() / result.ours().seconds().median();
                return new Judgement(
                    times >= timesMin,
                    String.format(
                        Locale.ROOT,
                        "%s takes %.2f × the time (goal ≥ %.2f)",
                        peer,
                        times,
                        timesMin));
              });
    }
  }

  /** Fewer seconds than every peer. */
  record AheadInSeconds() implements Goal {
    @Override
    public Optional<Judgement> judge(Result result) {
      return result.of(Role.PEER).stream()
          .min(Comparator.comparingDouble(entry -> entry.seconds().median()))
          .map(
              best -> {
                double times = best.seconds().median() / result.ours().seconds().median();
                return new Judgement(
                    times > 1,
                    String.format(
                        Locale.ROOT,
                        "the fastest peer, %s, takes %.2f × the time (goal > 1)",
                        best.name(),
                        times));
              });
    }
  }

  /** Fewer bytes sent than every peer. */
  record AheadInBytes() implements Goal {
    @Override
    public Optional<Judgement> judge(Result result) {
      return result.of(Role.PEER).stream()
          .min(Comparator.comparingLong(Entry::bytesMoved))
          .map(
              best -> {
                double times = (double) best.bytesMoved() / result.ours().bytesMoved();
                return new Judgement(
                    times > 1,
                    String.format(
                        Locale.ROOT,
                        "the peer that sends least, %s, sends %.2f × the bytes (goal > 1)",
                        best.name(),
                        times));
              });
    }
  }

  /** Each entry's throughput is at least that of the one before, less a tolerance. */
  record ThroughputDoesNotFall(double tolerance) implements Goal {
    @Override
    public Optional<Judgement> judge(Result result) {
      List<Entry> entries = result.of(Role.OURS);
      double worst = 1;
      for (int i = 1; i < entries.size(); i++) {
        double first = entries.getFirst().megabytesPerSecond();
        worst = Math.min(worst, entries.get(i).megabytesPerSecond() / first);
      }
      return Optional.of(
          new Judgement(
              worst >= 1 - tolerance,
              String.format(
                  Locale.ROOT,
                  "the least total throughput is %.2f of that of one alone (goal ≥ %.2f)",
                  worst,
                  1 - tolerance)));
    }
  }
}

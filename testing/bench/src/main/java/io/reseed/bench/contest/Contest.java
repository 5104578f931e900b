package io.reseed.bench.contest;

import io.reseed.bench.figures.Entry;
import io.reseed.bench.figures.Goal;
import io.reseed.bench.figures.Measurement;
import io.reseed.bench.figures.Result;
import io.reseed.bench.machine.PageCache;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Contestants that do the same work on the same bytes.
 *
 * <p>They run in turn, one after another and then all again, each round beginning with another one:
 * what else happens on the machine meets all of them alike. A round that is not counted goes before
 * (compiled code, connections, page tables).
 *
 * @param conditions what it is about, for the heading
 * @param absent who cannot take part, each with the reason
 */
public record Contest(
    String conditions,
    PageCache cache,
    List<Contestant> contestants,
    List<String> absent,
    List<Goal> goals) {
  /** Copies the lists. */
  public Contest {
    contestants = List.copyOf(contestants);
    absent = List.copyOf(absent);
    goals = List.copyOf(goals);
  }

  /**
   * Runs all rounds.
   *
   * @param screen is told of each run
   * @throws IOException when a contestant fails or its result is wrong: then there is no figure
   */
  public Result run(Rounds rounds, Consumer<String> screen) throws IOException {
    long deadline = System.nanoTime() + rounds.longest().toNanos();
    Map<String, List<Measurement>> runs = new LinkedHashMap<>();
    contestants.forEach(contestant -> runs.put(contestant.name(), new ArrayList<>()));
    for (int round = 0; round <= rounds.count(); round++) {
      if (round > 1 && System.nanoTime() - deadline > 0) {
        break;
      }
      for (int i = 0; i < contestants.size(); i++) {
        Contestant contestant = contestants.get((i + round) % contestants.size());
        Measurement measured = measure(contestant);
        screen.accept(line(round, contestant, measured));
        if (round > 0) {
          runs.getOrDefault(contestant.name(), new ArrayList<>()).add(measured);
        }
      }
    }
    return new Result(conditions + ", " + cacheState() + " cache", entries(runs), absent, goals);
  }

  private String cacheState() {
    return cache.name().toLowerCase(Locale.ROOT);
  }

  private List<Entry> entries(Map<String, List<Measurement>> runs) {
    return contestants.stream()
        .map(
            contestant ->
                new Entry(
                    contestant.name(),
                    contestant.role(),
                    contestant.bytes(),
                    runs.getOrDefault(contestant.name(), List.of())))
        .toList();
  }

  private Measurement measure(Contestant contestant) throws IOException {
    try {
      contestant.prepare().run();
      cache.settle(contestant.inMemory());
      long began = System.nanoTime();
      long moved = contestant.work().run();
      double seconds = (System.nanoTime() - began) / 1e9;
      contestant.check().run();
      return new Measurement(seconds, moved);
    } catch (IOException | RuntimeException e) {
      throw new IOException(contestant.name() + " failed in '" + conditions + "': " + e, e);
    }
  }

  private static String line(int round, Contestant contestant, Measurement measured) {
    return String.format(
        Locale.ROOT,
        "  %s %-34s %8.2f s %8.1f MB moved",
        round == 0 ? "warm-up" : "round " + round,
        contestant.name(),
        measured.seconds(),
        measured.bytesMoved() / 1e6);
  }
}

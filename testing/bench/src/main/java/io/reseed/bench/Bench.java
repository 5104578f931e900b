package io.reseed.bench;

import io.reseed.bench.contest.Rounds;
import io.reseed.bench.data.DataKind;
import io.reseed.bench.figures.Document;
import io.reseed.bench.figures.Plot;
import io.reseed.bench.figures.Section;
import io.reseed.bench.machine.Hardware;
import io.reseed.bench.machine.PageCache;
import io.reseed.bench.peer.Tools;
import io.reseed.bench.work.Discipline;
import io.reseed.bench.work.Ground;
import io.reseed.bench.work.IncrementalWork;
import io.reseed.bench.work.MemoryWork;
import io.reseed.bench.work.RestoreWork;
import io.reseed.bench.work.ScalingWork;
import io.reseed.bench.work.ServerWork;
import io.reseed.bench.work.Settings;
import io.reseed.bench.work.SnapshotWork;
import io.reseed.testkit.Parts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ./reseed bench}: measures, and writes the document and its plots. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    description = "Measures Reseed beside other ways to move a server; writes docs/BENCHMARKS.md.")
public final class Bench implements Callable<Integer> {
  private static final List<Discipline> ALL =
      List.of(
          new RestoreWork(),
          new SnapshotWork(),
          new IncrementalWork(),
          new ServerWork(),
          new MemoryWork(),
          new ScalingWork());
  private static final long SHORT_BYTES = 32_000_000;
  private static final long LINE_BYTES_PER_SECOND = 125_000_000;
  private static final Duration SHORT = Duration.ofSeconds(12);
  private static final Duration LONG = Duration.ofMinutes(30);

  @Option(
      names = "--short",
      description = "Small data, within 3 minutes; writes under target/ unless --out is given.")
  private boolean isShort;

  @Option(
      names = "--size",
      split = ",",
      paramLabel = "<n>MB",
      converter = ByteCount.class,
      description = "Bytes of rows, e.g. 1GB,4GB (default 1GB,4GB; 32MB with --short).")
  private List<Long> sizes = List.of();

  @Option(
      names = "--data",
      split = ",",
      description = "Rows: ${COMPLETION-CANDIDATES} (default both; TEXT with --short).")
  private List<DataKind> kinds = List.of();

  @Option(
      names = "--cache",
      split = ",",
      description = "Page cache: ${COMPLETION-CANDIDATES} (default the coldest that may be had).")
  private List<PageCache> caches = List.of(PageCache.coldest());

  @Option(
      names = "--changed",
      split = ",",
      paramLabel = "<percent>",
      description = "Rows changed before incremental snapshots (default 0.5,2,10).")
  private List<Double> percents = List.of();

  @Option(
      names = "--line",
      paramLabel = "<n>MB",
      converter = ByteCount.class,
      description =
          "A network's bytes a second, for contests across one with the first size (default 125MB; not with --short).")
  private @Nullable Long lineBytesPerSecond;

  @Option(
      names = "--only",
      split = ",",
      paramLabel = "<work>",
      description = "Some only of: restore, snapshot, incremental, server, memory, scaling.")
  private List<String> only = List.of();

  @Option(
      names = "--runs",
      defaultValue = "5",
      description = "Timed runs of each contestant (default ${DEFAULT-VALUE}).")
  private int runs;

  @Option(
      names = "--minutes",
      paramLabel = "<n>",
      description =
          "No further round of a contest is begun after this (default 30; 12 s with --short).")
  private @Nullable Double minutes;

  @Option(names = "--out", description = "Folder of BENCHMARKS.md (default docs).")
  private @Nullable Path out;

  /** Runs it; exit code 0 only when every result was right, whatever the figures are. */
  public static void main(String[] arguments) {
    System.exit(
        new CommandLine(new Bench()).setCaseInsensitiveEnumValuesAllowed(true).execute(arguments));
  }

  @Override
  public Integer call() throws IOException {
    long began = System.nanoTime();
    Path folder = target();
    for (DataKind kind : kinds()) {
      try (Ground ground = Ground.open(settings(kind), Bench::say)) {
        for (Discipline discipline : chosen(kind)) {
          String head = head();
          Section section = kind.heading(discipline.measure(ground));
          write(folder, section, head + ", " + Hardware.load() + " at the end.");
        }
      }
    }
    say("took %d s".formatted((System.nanoTime() - began) / 1_000_000_000));
    return 0;
  }

  private Path target() {
    if (out != null) {
      return out.toAbsolutePath();
    }
    return Parts.root().resolve(isShort ? "target/reseed/bench" : "docs");
  }

  private List<DataKind> kinds() {
    return orElse(kinds, isShort ? List.of(DataKind.TEXT) : List.of(DataKind.values()));
  }

  private Settings settings(DataKind kind) {
    List<Double> shares = percents.isEmpty() ? List.of(0.5, 2.0, 10.0) : percents;
    return new Settings(
        orElse(sizes, isShort ? List.of(SHORT_BYTES) : List.of(1_000_000_000L, 4_000_000_000L)),
        kind,
        caches,
        (isShort && percents.isEmpty() ? List.of(2.0) : shares)
            .stream().map(percent -> percent / 100).toList(),
        line(),
        new Rounds(runs, longest()));
  }

  private long line() {
    if (lineBytesPerSecond != null) {
      return lineBytesPerSecond;
    }
    return isShort ? 0 : LINE_BYTES_PER_SECOND;
  }

  private Duration longest() {
    if (minutes != null) {
      return Duration.ofMillis((long) (minutes * 60_000));
    }
    return isShort ? SHORT : LONG;
  }

  private static <T> List<T> orElse(List<T> given, List<T> otherwise) {
    return given.isEmpty() ? otherwise : given;
  }

  private List<Discipline> chosen(DataKind kind) {
    List<String> known = ALL.stream().map(Discipline::id).toList();
    if (!known.containsAll(only)) {
      throw new IllegalArgumentException("--only takes some of " + known + ", not " + only);
    }
    return ALL.stream()
        .filter(each -> only.isEmpty() || only.contains(each.id()))
        .filter(each -> kind == DataKind.TEXT || each.dependsOnTheRows())
        .toList();
  }

  private static String head() throws IOException {
    return "%s, %s. %s. %s at the beginning"
        .formatted(
            Instant.now().truncatedTo(ChronoUnit.MINUTES),
            Hardware.description(),
            Tools.locate().versions(),
            Hardware.load());
  }

  private static void write(Path folder, Section section, String circumstances) throws IOException {
    Path plots = Files.createDirectories(folder.resolve("benchmarks"));
    if (!section.results().isEmpty()) {
      Files.writeString(plots.resolve(section.id() + ".svg"), Plot.svg(section));
    }
    Path file = folder.resolve("BENCHMARKS.md");
    String before = Files.exists(file) ? Files.readString(file) : "";
    String content =
        section.markdown("benchmarks/" + section.id() + ".svg") + "\n_" + circumstances + "_\n";
    Files.writeString(file, Document.of(before).with(section.id(), content).text());
    say("wrote " + section.id() + " to " + file);
  }

  private static void say(String line) {
    System.out.printf(Locale.ROOT, "%s%n", line);
  }
}

package io.reseed.bench.work;

import io.reseed.bench.contest.Contest;
import io.reseed.bench.data.DataKind;
import io.reseed.bench.data.Dataset;
import io.reseed.bench.figures.Result;
import io.reseed.bench.peer.Bucket;
import io.reseed.bench.peer.Tools;
import io.reseed.testkit.MysqlFleet;
import io.reseed.testkit.S3Front;
import io.reseed.testkit.Scratch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Where all contests of a run take place: one store, one fleet, one folder, the same data. */
public final class Ground implements AutoCloseable {
  private final Settings settings;
  private final Consumer<String> screen;
  private final Scratch scratch = Scratch.folder("bench");
  private final Tools tools = Tools.locate();
  private final MysqlFleet fleet;
  private final S3Front front;
  private final Bucket bucket;
  private final Map<String, Dataset> datasets = new TreeMap<>();

  private Ground(Settings settings, Consumer<String> screen) {
    this.settings = settings;
    this.screen = screen;
    fleet = MysqlFleet.in(scratch.path().resolve("fleet"));
    front = S3Front.startForMeasuring(scratch.path().resolve("s3"));
    bucket = Bucket.create(front, "bench");
  }

  /** Starts the store; servers are made when a contest needs them. */
  public static Ground open(Settings settings, Consumer<String> screen) {
    return new Ground(settings, screen);
  }

  Settings settings() {
    return settings;
  }

  Tools tools() {
    return tools;
  }

  Bucket bucket() {
    return bucket;
  }

  MysqlFleet fleet() {
    return fleet;
  }

  /** A folder for the use of one contest; removed in the end. */
  Path folder(String name) throws IOException {
    return Files.createDirectories(scratch.path().resolve(name));
  }

  /** Data of that size; loaded once. */
  Dataset dataset(long bytes) throws IOException {
    DataKind kind = settings.kind();
    String name = kind.label() + "-" + bytes / 1_000_000;
    Dataset known = datasets.get(name);
    if (known != null) {
      return known;
    }
    say("loading " + sizeText(bytes) + " of " + kind.label() + " rows");
    Dataset loaded = Dataset.load(fleet, kind, scratch.path().resolve("data-" + name), bytes);
    datasets.put(name, loaded);
    return loaded;
  }

  /** All data that the settings ask for. */
  List<Dataset> datasets() throws IOException {
    List<Dataset> all = new ArrayList<>();
    for (long bytes : settings.sizes()) {
      all.add(dataset(bytes));
    }
    return List.copyOf(all);
  }

  Result run(Contest contest) throws IOException {
    say(contest.conditions());
    return contest.run(settings.rounds(), screen);
  }

  void say(String line) {
    screen.accept(line);
  }

  /** For headings: {@code 1.2 GB}. */
  static String sizeText(long bytes) {
    return bytes >= 1_000_000_000
        ? String.format(Locale.ROOT, "%.2f GB", bytes / 1e9)
        : String.format(Locale.ROOT, "%d MB", Math.round(bytes / 1e6));
  }

  /** For headings: {@code store across a line of 125 MB/s}. */
  static String lineText(long bytesPerSecond) {
    return "store across a line of %d MB/s".formatted(bytesPerSecond / 1_000_000);
  }

  @Override
  public void close() {
    fleet.close();
    front.stop();
    scratch.close();
  }
}

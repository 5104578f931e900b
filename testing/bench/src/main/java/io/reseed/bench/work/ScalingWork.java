package io.reseed.bench.work;

import io.reseed.backup.format.Manifest;
import io.reseed.bench.contest.Contest;
import io.reseed.bench.contest.Contestant;
import io.reseed.bench.data.Dataset;
import io.reseed.bench.figures.Goal;
import io.reseed.bench.figures.Result;
import io.reseed.bench.figures.Role;
import io.reseed.bench.figures.Section;
import io.reseed.bench.machine.FolderTree;
import io.reseed.bench.machine.PageCache;
import io.reseed.bench.machine.Parallel;
import io.reseed.fleet.ShardName;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Several shards at once in one process, each as if it were alone. */
public final class ScalingWork implements Discipline {
  private static final List<Integer> SHARDS = List.of(1, 2, 4, 8);

  /** What the spread of the runs makes; less is not to be told from chance. */
  private static final double TOLERANCE = 0.1;

  @Override
  public String id() {
    return "scaling";
  }

  @Override
  public boolean dependsOnTheRows() {
    return false;
  }

  @Override
  public Section measure(Ground ground) throws IOException {
    long smallest = ground.settings().sizes().stream().min(Long::compare).orElseThrow();
    Dataset data = ground.dataset(smallest);
    List<Result> results = new ArrayList<>();
    try (Stored stored = Stored.plain(ground.bucket(), "scaling")) {
      Field field = new Field(stored, data.base(), ground.folder("scaling"));
      for (PageCache cache : ground.settings().caches()) {
        results.add(ground.run(field.restores(cache)));
        results.add(ground.run(field.snapshots(cache)));
      }
    }
    ground.bucket().clear("scaling");
    return new Section(
        id(),
        "Several shards at once",
        "MB/s is the total of all. Every result is compared with the source byte by byte.",
        results);
  }

  private record Field(Stored stored, FolderTree source, Path folder) {
    Contest restores(PageCache cache) throws IOException {
      stored.bucket().clear(stored.prefix());
      Manifest manifest = stored.repository().write(shard(0), source, null).manifest();
      List<Contestant> all = new ArrayList<>();
      for (int shards : SHARDS) {
        all.add(
            contestant(
                shards,
                number -> restore(manifest, number),
                () -> checkAndRemove(shards),
                () -> {}));
      }
      all.add(copies(SHARDS.getLast()));
      return contest("restores, each of ", cache, all);
    }

    Contest snapshots(PageCache cache) throws IOException {
      List<Contestant> all = new ArrayList<>();
      for (int shards : SHARDS) {
        List<Manifest> written = new ArrayList<>();
        all.add(
            contestant(
                shards,
                number -> {
                  Manifest manifest =
                      stored.repository().write(shard(number), source, null).manifest();
                  synchronized (written) {
                    written.add(manifest);
                  }
                  return manifest.storedBytes();
                },
                () -> {
                  restore(written.getLast(), 0);
                  checkAndRemove(1);
                },
                () -> stored.bucket().clear(stored.prefix())));
      }
      return contest("full snapshots, each of ", cache, all);
    }

    /** What the disk takes, and the system that writes to it: as many copies at once. */
    private Contestant copies(int count) throws IOException {
      List<Parallel.Piece> pieces = new ArrayList<>();
      for (int number = 0; number < count; number++) {
        FolderTree target = new FolderTree(target(number));
        pieces.add(() -> source.copyTo(target));
      }
      return Contestant.of(
              count + " × cp and fsync at once",
              Role.BASELINE,
              count * source.bytes(),
              () -> Parallel.sum(count, pieces))
          .checking(() -> checkAndRemove(count));
    }

    private interface Job {
      long run(int number) throws IOException;
    }

    private Contestant contestant(
        int shards, Job job, Contestant.Step check, Contestant.Step prepare) throws IOException {
      List<Parallel.Piece> pieces = new ArrayList<>();
      for (int number = 0; number < shards; number++) {
        int which = number;
        pieces.add(() -> job.run(which));
      }
      String name = shards == 1 ? "1 shard" : shards + " shards";
      return Contestant.of(
              name, Role.OURS, shards * source.bytes(), () -> Parallel.sum(shards, pieces))
          .preparing(prepare)
          .checking(check);
    }

    private long restore(Manifest manifest, int number) {
      return stored.repository().restore(manifest, target(number)).bytesTransferred();
    }

    private void checkAndRemove(int shards) throws IOException {
      for (int number = 0; number < shards; number++) {
        new FolderTree(target(number)).mustEqual(source);
        Repository.remove(target(number));
      }
    }

    private Contest contest(String work, PageCache cache, List<Contestant> all) throws IOException {
      return new Contest(
          work + Ground.sizeText(source.bytes()),
          cache,
          all,
          List.of(),
          List.of(new Goal.ThroughputDoesNotFall(TOLERANCE)));
    }

    private Path target(int number) {
      return folder.resolve("shard-" + number);
    }

    private static ShardName shard(int number) {
      return new ShardName("bench", Integer.toString(number));
    }
  }
}

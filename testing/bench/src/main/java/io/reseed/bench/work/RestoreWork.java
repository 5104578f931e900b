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
import io.reseed.bench.peer.PlainTransfer;
import io.reseed.bench.peer.Rclone;
import io.reseed.bench.peer.Restic;
import io.reseed.bench.peer.ZstdFrames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** From the store to durable files. */
public final class RestoreWork implements Discipline {
  @Override
  public String id() {
    return "restore";
  }

  @Override
  public Section measure(Ground ground) throws IOException {
    List<Result> results = new ArrayList<>();
    for (Dataset data : ground.datasets()) {
      boolean first = results.isEmpty();
      try (Field field = Field.prepare(ground, data)) {
        for (PageCache cache : ground.settings().caches()) {
          results.add(ground.run(field.contest(cache)));
        }
        if (first && ground.settings().lineBytesPerSecond() > 0) {
          results.add(ground.run(field.acrossTheLine()));
        }
      }
      ground.bucket().clear("restore");
    }
    return new Section(
        id(),
        "Restore: store → durable files",
        "All files are fsynced before the time is taken, also those that another tool wrote. Every"
            + " result is compared with the source byte by byte.",
        results);
  }

  /** What is stored, by each in its own way, and where it is restored to. */
  private record Field(
      Ground ground, FolderTree source, String data, Stored plain, Stored encrypted, Path folder)
      implements AutoCloseable {

    static Field prepare(Ground ground, Dataset data) throws IOException {
      Stored plain = Stored.plain(ground.bucket(), "restore/plain");
      Stored encrypted = Stored.encrypted(ground.bucket(), "restore/encrypted");
      Path folder = ground.folder("restore");
      String label = Ground.sizeText(data.base().bytes()) + ", " + data.kind().label();
      return new Field(ground, data.base(), label, plain, encrypted, folder);
    }

    Contest contest(PageCache cache) throws IOException {
      List<Contestant> all = new ArrayList<>();
      all.add(ours("Reseed", plain));
      all.add(ours("Reseed, encrypted", encrypted));
      all.addAll(baselines(plain));
      all.addAll(peers());
      return new Contest(
          data,
          cache,
          all,
          ground.tools().missing("restic", "rclone", "zstd"),
          List.of(new Goal.OfTheSlowestBaseline(0.8), new Goal.AheadInSeconds()));
    }

    /** Where the store's own work is not done by the processor that is measured. */
    Contest acrossTheLine() throws IOException {
      long line = ground.settings().lineBytesPerSecond();
      Stored far = Stored.across(ground.bucket(), "restore/far", line);
      List<Contestant> all = new ArrayList<>();
      all.add(ours("Reseed", far));
      all.addAll(baselines(far));
      return new Contest(
          data + ", " + Ground.lineText(line),
          PageCache.coldest(),
          all,
          List.of(),
          List.of(new Goal.OfTheSlowestBaseline(0.8)));
    }

    private Contestant ours(String name, Stored stored) throws IOException {
      stored.bucket().clear(stored.prefix());
      Manifest manifest = stored.repository().write(Stored.SHARD, source, null).manifest();
      Path target = folder.resolve("reseed");
      return Contestant.of(
              name,
              Role.OURS,
              source.bytes(),
              () -> stored.repository().restore(manifest, target).bytesTransferred())
          .preparing(() -> Repository.remove(target))
          .checking(() -> checkAndRemove(target));
    }

    private List<Contestant> baselines(Stored from) throws IOException {
      FolderTree packs = from.bucket().objects(from.prefix());
      long stored = packs.bytes();
      long bytes = source.bytes();
      Path frames = folder.resolve("frames");
      Files.deleteIfExists(frames);
      ZstdFrames zstd = ZstdFrames.of(source, frames);
      zstd.check();
      Path copy = folder.resolve("copy");
      return List.of(
          Contestant.of(
              "parallel GET alone",
              Role.BASELINE,
              bytes,
              () -> moved(stored, PlainTransfer.get(from.store(), packs))),
          Contestant.of(
                  "zstd -d on all cores alone",
                  Role.BASELINE,
                  bytes,
                  () -> {
                    moved(bytes, zstd.decompress());
                    return 0;
                  })
              .preparing(zstd::warmUp)
              .ofTheProcessor(),
          Contestant.of(
                  "cp and fsync", Role.BASELINE, bytes, () -> source.copyTo(new FolderTree(copy)))
              .preparing(() -> new FolderTree(copy).remove())
              .checking(() -> checkAndRemove(copy)));
    }

    private List<Contestant> peers() throws IOException {
      List<Contestant> peers = new ArrayList<>();
      Path restic = ground.tools().find("restic").orElse(null);
      if (restic != null) {
        Restic tool = new Restic(restic, ground.bucket(), "restore/restic");
        tool.initialise();
        tool.backup(source);
        peers.add(peer("restic", tool.bucket().bytes(tool.prefix()), tool::restore));
      }
      Path rclone = ground.tools().find("rclone").orElse(null);
      if (rclone != null) {
        Rclone tool = new Rclone(rclone, ground.bucket(), "restore/rclone");
        tool.sync(source);
        peers.add(peer("rclone", source.bytes(), tool::restore));
        Path zstd = ground.tools().find("zstd").orElse(null);
        if (zstd != null) {
          Rclone pipe = new Rclone(rclone, ground.bucket(), "restore/tar");
          pipe.pipeIn(zstd, source);
          long stored = pipe.bucket().bytes(pipe.prefix());
          peers.add(peer("store → zstd → tar", stored, target -> pipe.pipeOut(zstd, target)));
        }
      }
      return peers;
    }

    private interface Restoring {
      void into(FolderTree target) throws IOException;
    }

    private Contestant peer(String name, long stored, Restoring restoring) throws IOException {
      FolderTree target = new FolderTree(folder.resolve("peer"));
      return Contestant.of(
              name,
              Role.PEER,
              source.bytes(),
              () -> {
                restoring.into(target);
                return stored;
              })
          .preparing(target::remove)
          .checking(() -> checkAndRemove(target.root()));
    }

    private void checkAndRemove(Path target) throws IOException {
      new FolderTree(target).mustEqual(source);
      Repository.remove(target);
    }

    private static long moved(long expected, long moved) throws IOException {
      PlainTransfer.mustBe(expected, moved);
      return moved;
    }

    @Override
    public void close() {
      plain.close();
      encrypted.close();
    }
  }
}

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

/** From a stopped server's files to the store, nothing of it being there yet. */
public final class SnapshotWork implements Discipline {
  @Override
  public String id() {
    return "snapshot";
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
      ground.bucket().clear("snapshot");
    }
    return new Section(
        id(),
        "Full snapshot: files → store",
        "Reseed also checks every page's checksum, hashes every byte, confirms each pack and makes"
            + " the hashes that the next incremental snapshot needs. Each snapshot of Reseed, restic"
            + " and tar is restored once in the warm-up round and compared byte by byte; rclone's"
            + " objects are compared where they lie.",
        results);
  }

  private record Field(Ground ground, FolderTree source, String data, Path packs, Path folder)
      implements AutoCloseable {

    static Field prepare(Ground ground, Dataset data) throws IOException {
      Path folder = ground.folder("snapshot");
      Path packs = folder.resolve("packs");
      new FolderTree(packs).remove();
      try (Stored stored = Stored.plain(ground.bucket(), "snapshot/packs")) {
        stored.repository().write(Stored.SHARD, data.base(), null);
        PlainTransfer.copyPacks(ground.bucket().objects("snapshot/packs"), packs);
      }
      ground.bucket().clear("snapshot/packs");
      String label = Ground.sizeText(data.base().bytes()) + ", " + data.kind().label();
      return new Field(ground, data.base(), label, packs, folder);
    }

    Contest contest(PageCache cache) throws IOException {
      List<Contestant> all = new ArrayList<>();
      all.add(ours("Reseed", Stored.plain(ground.bucket(), "snapshot/plain")));
      all.add(ours("Reseed, encrypted", Stored.encrypted(ground.bucket(), "snapshot/encrypted")));
      all.addAll(baselines(Stored.plain(ground.bucket(), "snapshot/put")));
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
      List<Contestant> all = new ArrayList<>();
      all.add(ours("Reseed", Stored.across(ground.bucket(), "snapshot/plain", line)));
      all.addAll(baselines(Stored.across(ground.bucket(), "snapshot/put", line)));
      return new Contest(
          data + ", " + Ground.lineText(line),
          PageCache.coldest(),
          all,
          List.of(),
          List.of(new Goal.OfTheSlowestBaseline(0.8)));
    }

    private Contestant ours(String name, Stored stored) throws IOException {
      Once check = new Once();
      List<Manifest> written = new ArrayList<>();
      return Contestant.of(
              name,
              Role.OURS,
              source.bytes(),
              () -> {
                var result = stored.repository().write(Stored.SHARD, source, null);
                written.add(result.manifest());
                return result.bytesUploaded() + result.manifestBytes();
              })
          .preparing(() -> stored.bucket().clear(stored.prefix()))
          .checking(
              () ->
                  check.run(
                      () -> {
                        Path target = folder.resolve("check");
                        stored.repository().restore(written.getLast(), target);
                        compareAndRemove(target);
                      }));
    }

    private List<Contestant> baselines(Stored put) throws IOException {
      long bytes = source.bytes();
      FolderTree packTree = new FolderTree(packs);
      Path frames = folder.resolve("frames");
      Files.deleteIfExists(frames);
      ZstdFrames zstd = ZstdFrames.of(source, frames);
      long compressed = Files.size(frames);
      return List.of(
          Contestant.of(
                  "parallel PUT alone",
                  Role.BASELINE,
                  bytes,
                  () -> PlainTransfer.put(put.store(), packTree))
              .preparing(() -> ground.bucket().clear(put.prefix()))
              .checking(() -> packTree.mustEqual(ground.bucket().objects(put.prefix()))),
          Contestant.of(
                  "zstd -1 on all cores alone",
                  Role.BASELINE,
                  bytes,
                  () -> {
                    PlainTransfer.mustBe(compressed, zstd.compress());
                    return 0;
                  })
              .preparing(zstd::warmUp)
              .ofTheProcessor(),
          Contestant.of(
              "reading alone",
              Role.BASELINE,
              bytes,
              () -> {
                PlainTransfer.mustBe(bytes, PlainTransfer.read(source));
                return 0;
              }));
    }

    private List<Contestant> peers() throws IOException {
      List<Contestant> peers = new ArrayList<>();
      Path restic = ground.tools().find("restic").orElse(null);
      if (restic != null) {
        Restic tool = new Restic(restic, ground.bucket(), "snapshot/restic");
        peers.add(
            peer("restic", tool.prefix(), () -> tool.backup(source))
                .preparing(tool::initialise)
                .checking(checkOnce(tool::restore)));
      }
      Path rclone = ground.tools().find("rclone").orElse(null);
      if (rclone != null) {
        Rclone tool = new Rclone(rclone, ground.bucket(), "snapshot/rclone");
        peers.add(
            peer("rclone", tool.prefix(), () -> tool.sync(source))
                .checking(() -> ground.bucket().objects(tool.prefix()).mustEqual(source)));
        Path zstd = ground.tools().find("zstd").orElse(null);
        if (zstd != null) {
          Rclone pipe = new Rclone(rclone, ground.bucket(), "snapshot/tar");
          peers.add(
              peer("tar → zstd → store", pipe.prefix(), () -> pipe.pipeIn(zstd, source))
                  .checking(checkOnce(target -> pipe.pipeOut(zstd, target))));
        }
      }
      return peers;
    }

    private Contestant peer(String name, String prefix, Contestant.Step backup) throws IOException {
      return Contestant.of(
              name,
              Role.PEER,
              source.bytes(),
              () -> {
                backup.run();
                return ground.bucket().bytes(prefix);
              })
          .preparing(() -> ground.bucket().clear(prefix));
    }

    private interface Restoring {
      void into(FolderTree target) throws IOException;
    }

    private Contestant.Step checkOnce(Restoring restoring) {
      Once once = new Once();
      Path target = folder.resolve("check");
      return () ->
          once.run(
              () -> {
                restoring.into(new FolderTree(target));
                compareAndRemove(target);
              });
    }

    private void compareAndRemove(Path target) throws IOException {
      new FolderTree(target).mustEqual(source);
      Repository.remove(target);
    }

    @Override
    public void close() throws IOException {
      new FolderTree(folder).remove();
    }
  }
}

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
import io.reseed.bench.peer.Bucket;
import io.reseed.bench.peer.Rclone;
import io.reseed.bench.peer.Restic;
import io.reseed.fleet.BackupId;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** From a server that was restored and changed since to the store, which holds what it was. */
public final class IncrementalWork implements Discipline {
  @Override
  public String id() {
    return "incremental";
  }

  @Override
  public Section measure(Ground ground) throws IOException {
    List<Result> results = new ArrayList<>();
    for (Dataset data : ground.datasets()) {
      for (double share : ground.settings().shares()) {
        ground.say(String.format(Locale.ROOT, "changing %.1f %% of the rows", share * 100));
        FolderTree changed = data.changed(share);
        try (Field field = Field.prepare(ground, data, changed, share)) {
          for (PageCache cache : ground.settings().caches()) {
            results.add(ground.run(field.contest(cache)));
          }
        }
        changed.remove();
        ground.bucket().clear("incremental");
      }
    }
    return new Section(
        id(),
        "Incremental snapshot",
        "Rows are chosen at random over whole tables, which touches far more pages than rows. The"
            + " store holds a full backup of the server as it was; \"MB moved\" is what was sent."
            + " rclone may trust the times of unchanged files, which a restore does not bring back;"
            + " Reseed and restic read everything. rclone stores plain files. Snapshots of Reseed"
            + " and restic are restored once and compared byte by byte, rclone's objects always.",
        results);
  }

  private record Field(
      Ground ground, FolderTree base, FolderTree changed, String data, Stored plain, Stored sealed)
      implements AutoCloseable {

    static Field prepare(Ground ground, Dataset data, FolderTree changed, double share)
        throws IOException {
      String label =
          String.format(
              Locale.ROOT,
              "%.1f %% of rows changed, %s, %s",
              share * 100,
              Ground.sizeText(changed.bytes()),
              data.kind().label());
      Bucket bucket = ground.bucket();
      return new Field(
          ground,
          data.base(),
          changed,
          label,
          Stored.plain(bucket, "incremental/plain"),
          Stored.encrypted(bucket, "incremental/encrypted"));
    }

    Contest contest(PageCache cache) throws IOException {
      List<Contestant> all = new ArrayList<>();
      all.add(ours("Reseed", plain));
      all.add(ours("Reseed, encrypted", sealed));
      all.addAll(peers());
      return new Contest(
          data,
          cache,
          all,
          ground.tools().missing("restic", "rclone"),
          List.of(new Goal.AheadInBytes(), new Goal.AheadInSeconds()));
    }

    /** Its base is kept under another prefix, and put in place before each run. */
    private Contestant ours(String name, Stored stored) throws IOException {
      String prefix = stored.prefix();
      ground.bucket().clear(prefix);
      BackupId parent =
          stored.repository().write(Stored.SHARD, base, null).manifest().header().id();
      ground.bucket().copy(prefix, prefix + "-base");
      Once check = new Once();
      List<Manifest> written = new ArrayList<>();
      return Contestant.of(
              name,
              Role.OURS,
              changed.bytes(),
              () -> {
                Manifest before = stored.repository().manifest(Stored.SHARD, parent);
                var result = stored.repository().write(Stored.SHARD, changed, before);
                written.add(result.manifest());
                return result.bytesUploaded() + result.manifestBytes();
              })
          .preparing(() -> ground.bucket().copy(prefix + "-base", prefix))
          .checking(
              () ->
                  check.run(
                      () -> {
                        Path target = ground.folder("incremental").resolve("check");
                        stored.repository().restore(written.getLast(), target);
                        new FolderTree(target).mustEqual(changed);
                        Repository.remove(target);
                      }));
    }

    private List<Contestant> peers() throws IOException {
      List<Contestant> peers = new ArrayList<>();
      Path restic = ground.tools().find("restic").orElse(null);
      if (restic != null) {
        Restic tool = new Restic(restic, ground.bucket(), "incremental/restic");
        tool.initialise();
        tool.backup(base);
        FolderTree target = new FolderTree(ground.folder("incremental").resolve("check"));
        Once once = new Once();
        peers.add(
            peer("restic", tool.prefix(), () -> tool.backup(changed))
                .checking(
                    () ->
                        once.run(
                            () -> {
                              tool.restore(target);
                              target.mustEqual(changed);
                              target.remove();
                            })));
      }
      Path rclone = ground.tools().find("rclone").orElse(null);
      if (rclone != null) {
        Rclone tool = new Rclone(rclone, ground.bucket(), "incremental/rclone");
        tool.sync(base);
        peers.add(
            peer("rclone", tool.prefix(), () -> tool.sync(changed))
                .checking(() -> ground.bucket().objects(tool.prefix()).mustEqual(changed)));
      }
      return peers;
    }

    private Contestant peer(String name, String prefix, Contestant.Step backup) throws IOException {
      ground.bucket().copy(prefix, prefix + "-base");
      return Contestant.of(
              name,
              Role.PEER,
              changed.bytes(),
              () -> {
                Instant begin = Instant.now();
                backup.run();
                return ground.bucket().bytesSince(prefix, begin);
              })
          .preparing(() -> ground.bucket().copy(prefix + "-base", prefix));
    }

    @Override
    public void close() {
      plain.close();
      sealed.close();
    }
  }
}

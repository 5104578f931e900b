package io.reseed.backup.verify;

import io.reseed.backup.encryption.PackKeys;
import io.reseed.backup.format.Extent;
import io.reseed.backup.format.FileEntry;
import io.reseed.backup.format.Manifest;
import io.reseed.backup.format.RootedPath;
import io.reseed.backup.verify.VerifyReport.BadPack;
import io.reseed.backup.verify.VerifyReport.Fault;
import io.reseed.backup.verify.VerifyReport.Kind;
import io.reseed.backup.verify.VerifyReport.Touched;
import io.reseed.backup.verify.VerifyReport.TouchedFile;
import io.reseed.fleet.BackupId;
import io.reseed.fleet.ShardName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Which backups need what is bad. */
final class TouchSearch {
  private static final int FAULTS_MAX = 100;

  private final NavigableMap<StoredAt, Fault> faults;

  /** A pack, as the place of its beginning. */
  private final Map<StoredAt, NavigableMap<BackupId, NavigableSet<RootedPath>>> touched =
      new TreeMap<>();

  private final Set<StoredAt> missing;

  TouchSearch(NavigableMap<StoredAt, Fault> faults) {
    this.faults = faults;
    faults.keySet().forEach(at -> touched.put(packOf(at), new TreeMap<>()));
    missing =
        faults.entrySet().stream()
            .filter(entry -> entry.getValue().kind() == Kind.PACK_MISSING)
            .map(entry -> packOf(entry.getKey()))
            .collect(Collectors.toSet());
  }

  /** The shards whose manifests must be looked through. */
  Set<ShardName> shards() {
    return touched.keySet().stream().map(StoredAt::shard).collect(Collectors.toSet());
  }

  void look(Manifest manifest) {
    OpenedBackup backup =
        new OpenedBackup(
            manifest.header().shard(), manifest.header().id(), manifest.packs(), PackKeys.NONE);
    for (FileEntry file : manifest.files()) {
      for (Extent extent : file.extents()) {
        places(extent).forEach(place -> look(backup, file, backup.at(place)));
      }
    }
  }

  private void look(OpenedBackup backup, FileEntry file, StoredAt at) {
    StoredAt pack = packOf(at);
    if (faults.containsKey(at) || missing.contains(pack)) {
      touched
          .computeIfAbsent(pack, _ -> new TreeMap<>())
          .computeIfAbsent(backup.id(), _ -> new TreeSet<>())
          .add(file.path());
    }
  }

  /** Without packs that no backup needs any longer: they may have been removed meanwhile. */
  List<BadPack> badPacks() {
    List<BadPack> packs = new ArrayList<>();
    touched.forEach(
        (pack, backups) -> {
          if (!backups.isEmpty()) {
            List<Fault> all =
                faults.tailMap(pack, true).entrySet().stream()
                    .takeWhile(entry -> entry.getKey().isInPackOf(pack))
                    .map(Map.Entry::getValue)
                    .toList();
            packs.add(
                new BadPack(
                    pack.shard(),
                    pack.pack(),
                    all.subList(0, Math.min(all.size(), FAULTS_MAX)),
                    all.size(),
                    backups.entrySet().stream().map(TouchSearch::touched).toList()));
          }
        });
    return packs;
  }

  private static Touched touched(Map.Entry<BackupId, NavigableSet<RootedPath>> backup) {
    return new Touched(
        backup.getKey(),
        backup.getValue().stream().map(path -> new TouchedFile(path, TableName.of(path))).toList());
  }

  private static List<Extent.Place> places(Extent extent) {
    return switch (extent) {
      case Extent.Zero _ -> List.of();
      case Extent.Stored stored -> List.of(stored.place());
      case Extent.Patched patched -> {
        List<Extent.Place> all = new ArrayList<>();
        all.add(patched.base().place());
        patched.patches().forEach(patch -> all.add(patch.place()));
        yield all;
      }
    };
  }

  private static StoredAt packOf(StoredAt at) {
    return new StoredAt(at.shard(), at.pack(), 0);
  }
}

package io.reseed.backup.snapshot;

import io.reseed.backup.format.Extent;
import io.reseed.backup.format.FileEntry;
import io.reseed.backup.format.PackEntry;
import io.reseed.backup.format.PageIndex;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.stream.Stream;

/**
 * Numbers the packs of a new manifest: those of the parent and of earlier runs that are needed,
 * then our own. Until then extents speak of all packs of the parent and, behind them, of earlier
 * runs and ours.
 */
final class ManifestAssembly {
  private final int parentPacks;
  private final BitSet needed = new BitSet();
  private final int[] numbers;
  private final List<PackEntry> packs = new ArrayList<>();
  private final List<FileEntry> files;
  private long referenced;
  private long patched;
  private long stored;

  ManifestAssembly(
      List<PackEntry> parent, List<PackEntry> earlier, List<PackEntry> own, List<FileEntry> files) {
    this.parentPacks = parent.size();
    List<PackEntry> all = Stream.of(parent, earlier, own).<PackEntry>flatMap(List::stream).toList();
    this.numbers = new int[all.size()];
    files.forEach(file -> file.extents().forEach(this::note));
    needed.set(numbers.length - own.size(), numbers.length);
    for (int i = needed.nextSetBit(0); i >= 0; i = needed.nextSetBit(i + 1)) {
      numbers[i] = packs.size();
      packs.add(all.get(i));
    }
    this.files = files.stream().map(this::renumbered).toList();
  }

  List<PackEntry> packs() {
    return packs;
  }

  List<FileEntry> files() {
    return files;
  }

  /** Those of the tables whose pack is needed. */
  List<PageIndex.HashTable> renumbered(List<PageIndex.HashTable> tables) {
    return tables.stream()
        .filter(table -> needed.get(table.pack()))
        .map(
            table ->
                new PageIndex.HashTable(
                    numbers[table.pack()], table.packOffset(), table.storedBytes(), table.sha256()))
        .toList();
  }

  SnapshotResult.ExtentCount count() {
    return new SnapshotResult.ExtentCount(referenced, patched, stored);
  }

  private void note(Extent extent) {
    switch (extent) {
      case Extent.Zero _ -> {}
      case Extent.Stored whole -> {
        if (note(whole.place())) {
          stored++;
        } else {
          referenced++;
        }
      }
      case Extent.Patched many -> {
        boolean own = note(many.base().place());
        for (Extent.Patch patch : many.patches()) {
          own |= note(patch.place());
        }
        if (own) {
          patched++;
        } else {
          referenced++;
        }
      }
    }
  }

  /** Whether it lies in a pack of ours, of whichever run. */
  private boolean note(Extent.Place place) {
    needed.set(place.pack());
    return place.pack() >= parentPacks;
  }

  private FileEntry renumbered(FileEntry file) {
    return new FileEntry(
        file.path(),
        file.sizeBytes(),
        file.mode(),
        file.extents().stream().map(this::renumbered).toList());
  }

  private Extent renumbered(Extent extent) {
    return switch (extent) {
      case Extent.Zero zero -> zero;
      case Extent.Stored whole -> renumbered(whole);
      case Extent.Patched many ->
          new Extent.Patched(
              many.rawBytes(),
              many.pageBytes(),
              many.wholeBytes(),
              many.sha256(),
              renumbered(many.base()),
              many.patches().stream().map(this::renumbered).toList());
    };
  }

  private Extent.Stored renumbered(Extent.Stored whole) {
    return new Extent.Stored(whole.rawBytes(), renumbered(whole.place()), whole.sha256());
  }

  private Extent.Patch renumbered(Extent.Patch patch) {
    return new Extent.Patch(patch.pages(), renumbered(patch.place()), patch.sha256());
  }

  private Extent.Place renumbered(Extent.Place place) {
    return place.inPack(numbers[place.pack()]);
  }
}

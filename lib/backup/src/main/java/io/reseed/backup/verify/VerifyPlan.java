package io.reseed.backup.verify;

import io.reseed.backup.format.Extent;
import io.reseed.backup.format.FileEntry;
import io.reseed.backup.format.Manifest;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What is to be read, each part once. */
final class VerifyPlan {
  private final Share share;
  private final boolean patching;
  private final Map<StoredAt, Part> parts = new HashMap<>();
  private final List<Task> patchings = new ArrayList<>();
  private final Set<StoredAt> patchingParts = new HashSet<>();

  /**
   * An empty one.
   *
   * @param share of the packs; others are left alone
   * @param patching whether extents are put together; else their parts are looked at alone
   */
  VerifyPlan(Share share, boolean patching) {
    this.share = share;
    this.patching = patching;
  }

  void add(OpenedBackup backup, Manifest manifest) {
    for (FileEntry entry : manifest.files()) {
      CheckedFile file = CheckedFile.of(backup, entry);
      long offset = 0;
      for (Extent extent : entry.extents()) {
        add(file, offset, extent);
        offset += extent.rawBytes();
      }
    }
  }

  private void add(CheckedFile file, long offset, Extent extent) {
    switch (extent) {
      case Extent.Zero _ -> {}
      case Extent.Stored stored ->
          add(Part.Content.of(stored), new Part.Use(file, offset, 0, null, null));
      case Extent.Patched patched -> {
        if (patching) {
          patchings.add(new Task.Patching(file, offset, patched));
          patchingParts.add(file.backup().at(patched.base().place()));
          patched.patches().forEach(it -> patchingParts.add(file.backup().at(it.place())));
        } else {
          addParts(file, offset, patched);
        }
      }
    }
  }

  private void addParts(CheckedFile file, long offset, Extent.Patched extent) {
    int pageBytes = extent.pageBytes();
    BitSet left = new BitSet();
    left.set(0, (int) (extent.rawBytes() / pageBytes));
    for (Extent.Patch patch : extent.patches().reversed()) {
      BitSet counting = patch.pages().bits();
      counting.and(left);
      left.andNot(counting);
      add(
          Part.Content.of(extent, patch),
          new Part.Use(file, offset, pageBytes, patch.pages(), counting));
    }
    left.clear((int) (extent.base().rawBytes() / pageBytes), Integer.MAX_VALUE);
    add(Part.Content.of(extent.base()), new Part.Use(file, offset, pageBytes, null, left));
  }

  private void add(Part.Content content, Part.Use use) {
    OpenedBackup backup = use.file().backup();
    StoredAt at = backup.at(content.place());
    if (share.has(at.pack())) {
      parts.computeIfAbsent(at, _ -> new Part(at, content, backup)).use(use);
    }
  }

  /** Windows in order of their places, then what must be patched. */
  List<Task> tasks(int readBytesMax) {
    List<Task> tasks = new ArrayList<>();
    List<Part> group = new ArrayList<>();
    for (Part next : parts.values().stream().sorted((a, b) -> a.at().compareTo(b.at())).toList()) {
      if (!group.isEmpty() && !joins(group, next, readBytesMax)) {
        tasks.add(new Task.Window(group));
        group.clear();
      }
      group.add(next);
    }
    if (!group.isEmpty()) {
      tasks.add(new Task.Window(group));
    }
    tasks.addAll(patchings);
    return tasks;
  }

  private static boolean joins(List<Part> group, Part next, int readBytesMax) {
    Part last = group.getLast();
    return next.at().isInPackOf(last.at())
        && next.at().offset() == last.content().place().end()
        && next.content().place().end() - group.getFirst().at().offset() <= readBytesMax;
  }

  long partCount() {
    return all().size();
  }

  long packCount() {
    Set<String> packs = new HashSet<>();
    all().forEach(at -> packs.add(at.packKey()));
    return packs.size();
  }

  private Set<StoredAt> all() {
    Set<StoredAt> all = new HashSet<>(parts.keySet());
    all.addAll(patchingParts);
    return all;
  }
}

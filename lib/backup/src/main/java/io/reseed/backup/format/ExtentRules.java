package io.reseed.backup.format;

import static io.reseed.backup.format.ManifestRules.require;

import java.util.BitSet;
import java.util.List;

/** What must hold of every extent. */
final class ExtentRules {
  private static final int PAGE_BYTES_MIN = 4 << 10;
  private static final int PAGE_BYTES_MAX = 64 << 10;

  private final RootedPath path;
  private final List<PackEntry> packs;
  private final int overheadBytes;

  /** {@code overheadBytes}: how much longer each stored part is than its content. */
  ExtentRules(RootedPath path, List<PackEntry> packs, int overheadBytes) {
    this.path = path;
    this.packs = packs;
    this.overheadBytes = overheadBytes;
  }

  void check(Extent extent) {
    switch (extent) {
      case Extent.Zero _ -> {}
      case Extent.Stored stored -> checkStored(stored);
      case Extent.Patched patched -> checkPatched(patched);
    }
  }

  private void checkStored(Extent.Stored extent) {
    checkLength(extent.rawBytes());
    checkPlace(extent.place(), extent.rawBytes());
  }

  private void checkPatched(Extent.Patched extent) {
    int pageBytes = extent.pageBytes();
    checkLength(extent.rawBytes());
    checkStored(extent.base());
    require(
        pageBytes >= PAGE_BYTES_MIN
            && pageBytes <= PAGE_BYTES_MAX
            && Integer.bitCount(pageBytes) == 1,
        "pages of a length that no server has in " + path);
    require(
        extent.rawBytes() % pageBytes == 0 && extent.base().rawBytes() % pageBytes == 0,
        "patched extent that does not end with a page in " + path);
    require(extent.wholeBytes() > 0, "patched extent that would take no bytes in " + path);
    require(
        !extent.patches().isEmpty() && extent.patches().size() <= Extent.PATCHES_MAX,
        "patched extent without patches or with too many in " + path);
    checkPatches(extent);
  }

  private void checkPatches(Extent.Patched extent) {
    int pageBytes = extent.pageBytes();
    int pages = (int) (extent.rawBytes() / pageBytes);
    BitSet there = new BitSet(pages);
    there.set(0, (int) Math.min(pages, extent.base().rawBytes() / pageBytes));
    long storedBytes = 0;
    for (Extent.Patch patch : extent.patches()) {
      require(
          patch.pages().count() > 0 && patch.pages().end() <= pages,
          "patch with pages outside of its extent in " + path);
      checkPlace(patch.place(), (long) patch.pages().count() * pageBytes);
      there.or(patch.pages().bits());
      storedBytes += patch.place().storedBytes() - overheadBytes;
    }
    require(there.cardinality() == pages, "pages neither in base nor patches in " + path);
    require(storedBytes <= extent.rawBytes(), "patches longer than their extent in " + path);
  }

  private void checkLength(long rawBytes) {
    require(rawBytes > 0, "extent without bytes in " + path);
    require(rawBytes <= Extent.RAW_BYTES_MAX, "extent too long in " + path);
  }

  private void checkPlace(Extent.Place place, long rawBytes) {
    int contentBytes = place.storedBytes() - overheadBytes;
    require(
        place.pack() >= 0 && place.pack() < packs.size(), "extent of no listed pack in " + path);
    require(
        contentBytes > 0 && contentBytes <= rawBytes,
        "extent stored in more bytes than it has, or none, in " + path);
    require(
        place.encoding() != Extent.Encoding.PLAIN || contentBytes == rawBytes,
        "plain extent of another length than stored in " + path);
    long packBytes = packs.get(place.pack()).sizeBytes();
    require(
        place.packOffset() >= 0 && place.packOffset() <= packBytes - place.storedBytes(),
        "extent lies outside its pack in " + path);
  }
}

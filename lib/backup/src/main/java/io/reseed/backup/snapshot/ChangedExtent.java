package io.reseed.backup.snapshot;

import io.reseed.backup.format.Extent;
import io.reseed.backup.format.PageSet;
import io.reseed.backup.format.Sha256;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * An extent that the parent has in another form, or in the same one with patches.
 *
 * @param before the parent's; not of zeros
 * @param pages how many it has now
 * @param changed which of them differ from the parent's
 * @param sha256 of what it is now
 * @param wholeBytes about what it would take if it were stored anew
 * @param changedBytes about what the changed pages would take
 */
record ChangedExtent(
    Extent before, int pages, PageSet changed, Sha256 sha256, int wholeBytes, int changedBytes) {
  /** So many patches lie on one base; a little fewer in some, lest all are merged at one time. */
  private static final int PATCHES_MAX = 12;

  private static final int PATCHES_SPREAD = 4;

  /** All ways that lead to it; at least one. */
  List<ExtentChoice> choices() {
    List<ExtentChoice> choices = new ArrayList<>();
    if (changed.count() == 0) {
      choices.add(new ExtentChoice(0, before.storedBytes(), new ExtentChoice.Keep()));
    }
    List<Extent.Patch> patches = patches();
    boolean patchedBeyondEnd = patches.stream().anyMatch(patch -> patch.pages().end() > pages);
    if (!patchedBeyondEnd) {
      List<Extent.Patch> live = live(patches);
      choices.add(live.size() < patchesMax() ? patchOn(live, live.size()) : cheapestMerge(live));
      choices.add(patchOn(live, 0));
    }
    choices.add(new ExtentChoice(wholeBytes, wholeBytes, new ExtentChoice.Whole()));
    return choices.stream().filter(this::isAllowed).toList();
  }

  /** This extent after it was stored: in that form nothing differs any more. */
  ChangedExtent storedAs(Extent.Patched now) {
    PageSet none = PageSet.of(new BitSet());
    return new ChangedExtent(now, pages, none, sha256, now.wholeBytes(), 0);
  }

  private List<Extent.Patch> patches() {
    return before instanceof Extent.Patched patched ? patched.patches() : List.of();
  }

  /** What patches lie on. */
  Extent.Stored base() {
    return switch (before) {
      case Extent.Stored stored -> stored;
      case Extent.Patched patched -> patched.base();
      case Extent.Zero _ -> throw new IllegalStateException("nothing lies on an extent of zeros");
    };
  }

  private int patchesMax() {
    return PATCHES_MAX - Math.floorMod(base().sha256().hashCode(), PATCHES_SPREAD);
  }

  /** Those of which a page is left that no later one and no change replaces. */
  private List<Extent.Patch> live(List<Extent.Patch> patches) {
    List<Extent.Patch> live = new ArrayList<>();
    BitSet replaced = changed.bits();
    for (Extent.Patch patch : patches.reversed()) {
      if (!patch.pages().isWithin(replaced)) {
        live.addFirst(patch);
      }
      replaced.or(patch.pages().bits());
    }
    return live;
  }

  /** Of all merges of the newest patches the one that sends least for each patch less. */
  private ExtentChoice cheapestMerge(List<Extent.Patch> live) {
    ExtentChoice cheapest = patchOn(live, 0);
    double bytesPerPatch = (double) (cheapest.uploadBytes() - changedBytes) / live.size();
    for (int kept = live.size() - 1; kept > 0; kept--) {
      ExtentChoice merge = patchOn(live, kept);
      double each = (double) (merge.uploadBytes() - changedBytes) / (live.size() - kept);
      if (each < bytesPerPatch) {
        bytesPerPatch = each;
        cheapest = merge;
      }
    }
    return cheapest;
  }

  private ExtentChoice patchOn(List<Extent.Patch> live, int kept) {
    List<Extent.Patch> below = live.subList(0, kept);
    List<Extent.Patch> above = live.subList(kept, live.size());
    long upload = changedBytes;
    BitSet sent = changed.bits();
    for (Extent.Patch patch : above.reversed()) {
      BitSet more = patch.pages().bits();
      more.andNot(sent);
      upload += (long) patch.place().storedBytes() * more.cardinality() / patch.pages().count();
      sent.or(more);
    }
    long reads = base().storedBytes() + upload;
    for (Extent.Patch patch : below) {
      reads += patch.place().storedBytes();
    }
    return new ExtentChoice(upload, reads, new ExtentChoice.PatchOn(below, above));
  }

  private boolean isAllowed(ExtentChoice choice) {
    if (!(choice.action() instanceof ExtentChoice.PatchOn)) {
      return true;
    }
    // without a change there is nothing to add to what is kept
    boolean sendsSomething = choice.uploadBytes() > 0;
    // patches as long as their base are never worth it, and the format bounds them
    return sendsSomething && choice.readBytes() <= 2 * (long) wholeBytes;
  }
}

package io.reseed.backup.snapshot;

import io.reseed.backup.format.Extent;
import java.util.List;

/**
 * One way to bring an extent into a backup.
 *
 * @param uploadBytes about what has to be sent
 * @param readBytes about what a restore reads for it then
 * @param action what to do
 */
record ExtentChoice(long uploadBytes, long readBytes, Action action) {
  /** What is done with an extent. */
  sealed interface Action {}

  /** Refers to what the parent has. */
  record Keep() implements Action {}

  /**
   * Sends pages as one patch on top of the parent's base.
   *
   * @param below patches of the parent that stay, in their order
   * @param above patches of the parent whose pages are sent again together with the changed ones
   */
  record PatchOn(List<Extent.Patch> below, List<Extent.Patch> above) implements Action {
    /** Copies. */
    PatchOn {
      below = List.copyOf(below);
      above = List.copyOf(above);
    }
  }

  /** Sends all of it. */
  record Whole() implements Action {}
}

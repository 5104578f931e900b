package io.reseed.bench.work;

import io.reseed.bench.figures.Section;
import java.io.IOException;

/** A kind of work that is compared. */
public interface Discipline {
  /** For {@code --only}, and its section's place in the document. */
  String id();

  /** Whether it is worth measuring with rows of several kinds. */
  default boolean dependsOnTheRows() {
    return true;
  }

  /**
   * Makes ready what the contestants need, and runs all contests that the settings ask for.
   *
   * @throws IOException when one fails or makes wrong bytes
   */
  Section measure(Ground ground) throws IOException;
}

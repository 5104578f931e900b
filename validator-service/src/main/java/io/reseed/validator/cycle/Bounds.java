package io.reseed.validator.cycle;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Bounds of moments that another clock may have set. Pure. */
final class Bounds {
  private Bounds() {}

  /** The earlier one; null stays null. */
  static @Nullable Instant atMost(@Nullable Instant moment, Instant latest) {
    return moment != null && moment.isAfter(latest) ? latest : moment;
  }
}

package io.reseed.events.placement;

import io.reseed.events.HostStatus;
import org.jspecify.annotations.Nullable;

/**
 * A host as the asker knows it.
 *
 * @param status its newest record
 * @param silent whether that record is too old by the asker's clock, so that the host counts as
 *     dead
 * @param rival what another host says now under its name, if one does
 * @param pause why nothing new is to go there, if so
 */
public record Candidate(
    HostStatus status, boolean silent, @Nullable HostStatus rival, @Nullable String pause) {
  /** A host alone under its name, on which work is not paused. */
  public Candidate(HostStatus status, boolean silent) {
    this(status, silent, null, null);
  }
}

package io.reseed.events.placement;

import io.reseed.events.HostStatus;

/**
 * A host as the asker knows it.
 *
 * @param status its newest record
 * @param silent whether that record is too old by the asker's clock, so that the host counts as
 *     dead
 */
public record Candidate(HostStatus status, boolean silent) {}

package io.reseed.agent;

import java.util.Optional;

/**
 * What is seen of one job besides its durable state.
 *
 * @param busy something is under way, or must wait before it is tried again
 * @param outcome what the last step brought, shown once
 * @param reported whether the state's report was published since this agent started
 * @param <R> what steps bring
 */
public record Observation<R>(boolean busy, Optional<R> outcome, boolean reported) {}

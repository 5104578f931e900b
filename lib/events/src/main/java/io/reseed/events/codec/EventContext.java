package io.reseed.events.codec;

import java.net.URI;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The CloudEvents attributes of one event.
 *
 * @param id unique together with {@code source}
 * @param source who wrote it, e.g. {@code /reseed/failover-detector/detector-1}
 * @param time the writer's clock
 * @param traceparent W3C trace context, if the writer sent one
 */
public record EventContext(
    String id, URI source, @Nullable Instant time, @Nullable String traceparent) {}

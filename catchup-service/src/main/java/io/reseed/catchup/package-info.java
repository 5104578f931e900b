/**
 * Attaches freshly made servers to their source, watches them until they caught up, and announces
 * them. Coordinates per shard; acts on servers through SQL only.
 */
@NullMarked
package io.reseed.catchup;

import org.jspecify.annotations.NullMarked;

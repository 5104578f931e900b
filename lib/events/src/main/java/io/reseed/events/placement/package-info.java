/** Which host gets the next server of a shard: a pure function over host and assignment records. */
@NullMarked
package io.reseed.events.placement;

import org.jspecify.annotations.NullMarked;

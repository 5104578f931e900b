/** Binds the runtime to Reseed's own events, so that a service names events and not bytes. */
@NullMarked
package io.reseed.shardruntime.events;

import org.jspecify.annotations.NullMarked;

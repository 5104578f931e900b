/**
 * What Reseed's services tell one another and the world: event records, topic names, and how a
 * record travels as a CloudEvent. This package is the only place where a topic's meaning is
 * defined.
 */
@NullMarked
package io.reseed.events;

import org.jspecify.annotations.NullMarked;

/** The time by which coordinators judge deadlines. */
@NullMarked
package io.reseed.coordinator.clock;

import org.jspecify.annotations.NullMarked;

/** Stored states compared with the compacted topics that say what is to be. */
@NullMarked
package io.reseed.coordinator.roster;

import org.jspecify.annotations.NullMarked;

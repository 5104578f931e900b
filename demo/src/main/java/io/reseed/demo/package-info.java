/**
 * A small fleet on one machine, on real parts, and a story that is told about it: primaries die,
 * and their shards are made whole again.
 */
@NullMarked
package io.reseed.demo;

import org.jspecify.annotations.NullMarked;

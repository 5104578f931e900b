/**
 * A small fleet on one machine, on real parts, and a story that is told about it: primaries die,
 * and their shards are made whole again. {@link io.reseed.demo.Installation} is also what the tests
 * of the whole system run on.
 */
@NullMarked
package io.reseed.demo;

import org.jspecify.annotations.NullMarked;

/** Runs contestants side by side: in turn, timed, each result checked. */
@NullMarked
package io.reseed.bench.contest;

import org.jspecify.annotations.NullMarked;

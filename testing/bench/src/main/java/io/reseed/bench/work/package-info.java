/** The kinds of work that are compared, each with its contestants and goals. */
@NullMarked
package io.reseed.bench.work;

import org.jspecify.annotations.NullMarked;

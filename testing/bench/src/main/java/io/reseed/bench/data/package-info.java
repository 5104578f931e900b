/** The servers' files that all contestants work on. */
@NullMarked
package io.reseed.bench.data;

import org.jspecify.annotations.NullMarked;

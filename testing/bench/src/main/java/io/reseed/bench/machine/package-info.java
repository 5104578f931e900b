/** This machine: its folders, programs, cores and page cache. */
@NullMarked
package io.reseed.bench.machine;

import org.jspecify.annotations.NullMarked;

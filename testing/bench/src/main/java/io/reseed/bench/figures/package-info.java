/**
 * What was measured, as plain values: medians, goals, the table and the plot. Nothing here reads a
 * clock or a file.
 */
@NullMarked
package io.reseed.bench.figures;

import org.jspecify.annotations.NullMarked;

package io.reseed.bench.figures;

/**
 * One timed run, whose result was right.
 *
 * @param seconds by the clock on the wall
 * @param bytesMoved sent to or read from the store; 0 where nothing is, or nobody counts
 */
public record Measurement(double seconds, long bytesMoved) {}

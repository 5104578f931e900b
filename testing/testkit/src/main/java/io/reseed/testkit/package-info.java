/**
 * Real parts for tests and for the demo: Kafka, S3 and MySQL as processes of their own, with
 * bounded waits and nothing left behind.
 *
 * <p>Only the classes named {@code …Extension} touch JUnit, so the demo uses the others without it.
 * Every process is tied to this JVM by {@link io.reseed.testkit.Tether}: it dies with the JVM,
 * however the JVM ends.
 */
@NullMarked
package io.reseed.testkit;

import org.jspecify.annotations.NullMarked;

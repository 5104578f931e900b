/**
 * The agent of one host: makes the servers that {@code seeding-assigned} asks this host for, starts
 * them fenced, hands them over, and removes what is unfinished and wanted no longer.
 */
@NullMarked
package io.reseed.restore;

import org.jspecify.annotations.NullMarked;

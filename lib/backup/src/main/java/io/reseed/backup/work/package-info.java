/** Runs the parallel part of a long job under a monitor; used by snapshot and restore. */
@NullMarked
package io.reseed.backup.work;

import org.jspecify.annotations.NullMarked;

/** Writes the files of a cleanly stopped server into the repository as one backup. */
@NullMarked
package io.reseed.backup.snapshot;

import org.jspecify.annotations.NullMarked;

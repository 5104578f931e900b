/** Brings one backup back into folders, in parallel, resumable after a crash. */
@NullMarked
package io.reseed.backup.restore;

import org.jspecify.annotations.NullMarked;

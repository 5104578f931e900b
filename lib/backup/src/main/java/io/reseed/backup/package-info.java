/** Backups of MySQL servers in object storage: written, listed, chosen, restored, verified. */
@NullMarked
package io.reseed.backup;

import org.jspecify.annotations.NullMarked;

/** Checks backups as they lie in the store, without a server. */
@NullMarked
package io.reseed.backup.verify;

import org.jspecify.annotations.NullMarked;

/** Encryption of packs on this side of the store, and the keys that it takes. */
@NullMarked
package io.reseed.backup.encryption;

import org.jspecify.annotations.NullMarked;

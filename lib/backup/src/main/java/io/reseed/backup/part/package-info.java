/** What lies in a pack as one piece, an extent or a patch, and how it is read back. */
@NullMarked
package io.reseed.backup.part;

import org.jspecify.annotations.NullMarked;

/** Backups asked for, followed, and examined where they lie. */
@NullMarked
package io.reseed.cli.backup;

import org.jspecify.annotations.NullMarked;

/**
 * The repository format: what objects exist, what a manifest says, and how both are read strictly.
 * See {@code docs/BACKUP_FORMAT.md}.
 */
@NullMarked
package io.reseed.backup.format;

import org.jspecify.annotations.NullMarked;

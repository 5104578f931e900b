/** What backups a shard has, what is known about each, and which one to restore. */
@NullMarked
package io.reseed.backup.catalogue;

import org.jspecify.annotations.NullMarked;

/** What of a shard's backups lies in the repository, in words that the coordinator has use for. */
@NullMarked
package io.reseed.validator.repository;

import org.jspecify.annotations.NullMarked;

/** The agent of a backup host: checks its servers, snapshots them and reads the backups back. */
@NullMarked
package io.reseed.validator.proof;

import org.jspecify.annotations.NullMarked;

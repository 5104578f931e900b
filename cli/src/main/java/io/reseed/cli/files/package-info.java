/** The files in which users declare their shards. */
@NullMarked
package io.reseed.cli.files;

import org.jspecify.annotations.NullMarked;

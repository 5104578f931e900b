/** What every command has: how it fails, and how its options and output are written. */
@NullMarked
package io.reseed.cli.invocation;

import org.jspecify.annotations.NullMarked;

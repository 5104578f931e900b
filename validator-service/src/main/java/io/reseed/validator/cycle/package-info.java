/** The coordinator: decides when a shard's next backup is made, and what each one is worth. */
@NullMarked
package io.reseed.validator.cycle;

import org.jspecify.annotations.NullMarked;

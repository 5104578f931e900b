/** What went wrong, as both halves of the service say it. */
@NullMarked
package io.reseed.validator.failure;

import org.jspecify.annotations.NullMarked;

/** What a server is checked for, and what came of it. */
@NullMarked
package io.reseed.events.check;

import org.jspecify.annotations.NullMarked;

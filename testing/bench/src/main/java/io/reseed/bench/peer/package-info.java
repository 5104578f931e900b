/** What Reseed is compared with: plain transfers and other tools. */
@NullMarked
package io.reseed.bench.peer;

import org.jspecify.annotations.NullMarked;

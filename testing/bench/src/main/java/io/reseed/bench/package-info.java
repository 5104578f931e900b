/** {@code ./reseed bench}: Reseed beside other ways to move a server, as ratios. */
@NullMarked
package io.reseed.bench;

import org.jspecify.annotations.NullMarked;

/** How figures, events and states are written for people and for programs. */
@NullMarked
package io.reseed.cli.output;

import org.jspecify.annotations.NullMarked;

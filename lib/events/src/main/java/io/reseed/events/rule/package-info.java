/** The rules that more than one event keeps. */
@NullMarked
package io.reseed.events.rule;

import org.jspecify.annotations.NullMarked;

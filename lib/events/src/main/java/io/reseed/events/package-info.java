@NullMarked
package io.reseed.events;

import org.jspecify.annotations.NullMarked;

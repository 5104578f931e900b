/** What a coordinator knows of the hosts that it places servers on. */
@NullMarked
package io.reseed.coordinator.hosts;

import org.jspecify.annotations.NullMarked;

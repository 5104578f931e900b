/**
 * The whole system: rules about its code, the invariants' list, and failovers repaired on real
 * parts while services and servers are killed.
 */
@NullMarked
package io.reseed.system;

import org.jspecify.annotations.NullMarked;

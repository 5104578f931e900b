/** What the topics say of the fleet, read once. */
@NullMarked
package io.reseed.cli.fleet;

import org.jspecify.annotations.NullMarked;

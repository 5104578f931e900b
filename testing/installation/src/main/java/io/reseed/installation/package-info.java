/**
 * A whole Reseed on one machine, on real parts: a fleet, spare hosts, and every service as a
 * process of its own. The demo tells its story on it, and the tests of the whole system run on it.
 */
@NullMarked
package io.reseed.installation;

import org.jspecify.annotations.NullMarked;

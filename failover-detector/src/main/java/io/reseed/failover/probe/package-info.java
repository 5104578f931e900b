/** Asks servers, hosts and the store what the machine wants to know; changes nothing anywhere. */
@NullMarked
package io.reseed.failover.probe;

import org.jspecify.annotations.NullMarked;

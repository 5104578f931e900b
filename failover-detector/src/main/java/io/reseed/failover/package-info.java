@NullMarked
package io.reseed.failover;

import org.jspecify.annotations.NullMarked;

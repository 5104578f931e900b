/** What every use of MySQL needs: addresses, credentials, sessions, coded errors, observations. */
@NullMarked
package io.reseed.mysql;

import org.jspecify.annotations.NullMarked;

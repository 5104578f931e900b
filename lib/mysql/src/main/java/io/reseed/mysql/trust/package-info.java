/**
 * Where passwords may go, and how a server must show that it is the one that is meant. Whoever can
 * write an event, or lie in between, can name any address: a password is given away by the first
 * login there.
 */
@NullMarked
package io.reseed.mysql.trust;

import org.jspecify.annotations.NullMarked;

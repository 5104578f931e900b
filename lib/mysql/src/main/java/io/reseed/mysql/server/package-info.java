/** The life of one mysqld on this host, its files, and where its programs are. */
@NullMarked
package io.reseed.mysql.server;

import org.jspecify.annotations.NullMarked;

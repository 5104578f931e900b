/** Attaching, watching and judging replication; CLONE; fitness for promotion. */
@NullMarked
package io.reseed.mysql.replication;

import org.jspecify.annotations.NullMarked;

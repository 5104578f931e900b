/** Sets of global transaction identifiers and their algebra, as the server computes it. */
@NullMarked
package io.reseed.mysql.gtid;

import org.jspecify.annotations.NullMarked;

/** Pages of InnoDB's data files, looked at without a server. */
@NullMarked
package io.reseed.mysql.innodb;

import org.jspecify.annotations.NullMarked;

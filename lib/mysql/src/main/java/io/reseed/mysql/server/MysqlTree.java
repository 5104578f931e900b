package io.reseed.mysql.server;

import io.reseed.mysql.NotYet;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The programs of one MySQL version on this machine.
 *
 * @param mysqld the program, or the wrapper that starts it
 * @param template an initialised data directory that was stopped cleanly, to be copied
 */
public record MysqlTree(Path mysqld, Optional<Path> template) {

  /**
   * Looks in the system property {@code reseed.mysql.home} or the variable {@code
   * RESEED_MYSQL_HOME}, else in {@code ${RESEED_HOME:-~/.cache/reseed}/mysql}, else for mysqld in
   * the PATH. A home that is named and holds no {@code bin/mysqld} is an error, not a reason to
   * look further.
   *
   * @throws io.reseed.mysql.MysqlException MYSQL_NOT_FOUND with every place looked at
   */
  public static MysqlTree locate() {
    return NotYet.body();
  }

  /** The version that {@code mysqld --version} prints, such as {@code 9.7.4}. Starts a process. */
  public String version() {
    return NotYet.body();
  }
}

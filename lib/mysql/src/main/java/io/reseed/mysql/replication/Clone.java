package io.reseed.mysql.replication;

import io.reseed.mysql.MysqlSession;
import io.reseed.mysql.NotYet;
import io.reseed.mysql.server.LocalServer;
import java.util.List;
import java.util.function.Consumer;

/** Fills a server by MySQL's CLONE from a live donor. */
public final class Clone {
  private Clone() {}

  /**
   * Every reason why the clone would fail, empty when none: version, page size, plugin, disk space,
   * running clone, character set. Installs the plugin where it is missing and may be installed.
   */
  public static List<String> preflight(MysqlSession donor, MysqlSession recipient) {
    return NotYet.body(donor, recipient);
  }

  /**
   * Clones onto a running recipient, which loses everything it held and stops; the caller starts it
   * again. After that the recipient has the donor's accounts and GTID set, and its own uuid.
   * CLONE_UNFIT before anything was changed; CLONE_FAILED after: the recipient may then be empty.
   *
   * @param progress called about every half second from another thread
   */
  public static void run(
      LocalServer recipient, CloneRequest request, Consumer<CloneProgress> progress) {
    NotYet.body(recipient, request, progress);
  }
}

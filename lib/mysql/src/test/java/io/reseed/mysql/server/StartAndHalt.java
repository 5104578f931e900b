package io.reseed.mysql.server;

import io.reseed.mysql.Fleet;
import java.nio.file.Path;

/** A process of its own that starts a server and dies as if killed. */
final class StartAndHalt {
  static final int STATUS = 77;

  private StartAndHalt() {}

  public static void main(String[] arguments) {
    LocalServer server = LocalServer.adopt(Path.of(arguments[0]), MysqlTree.locate()).orElseThrow();
    server.start(Fleet.START);
    Runtime.getRuntime().halt(STATUS);
  }
}

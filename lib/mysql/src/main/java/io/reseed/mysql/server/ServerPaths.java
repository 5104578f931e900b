package io.reseed.mysql.server;

import io.reseed.mysql.MysqlSession;
import io.reseed.mysql.NotYet;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Where a server keeps its files, asked from the running server, and which of them a cold copy
 * takes. A plain value: ask while the server runs, use it after the stop.
 *
 * @param roots by name: always {@code data}; {@code innodb-data}, {@code redo}, {@code undo} and
 *     {@code directory-1…} only where they lie outside of the roots before them
 * @param leftOut absolute paths of single files that a copy leaves out: pid file, socket, error
 *     log, …
 * @param leftOutBasenames absolute path prefixes of binlogs and relay logs and their indexes
 */
public record ServerPaths(
    Map<String, Path> roots, List<Path> leftOut, List<Path> leftOutBasenames) {

  /** The root that always exists. */
  public static final String DATA = "data";

  /** Copies. */
  public ServerPaths {
    roots = java.util.Collections.unmodifiableMap(new TreeMap<>(roots));
    leftOut = List.copyOf(leftOut);
    leftOutBasenames = List.copyOf(leftOutBasenames);
  }

  /** Asks a running server. */
  public static ServerPaths ask(MysqlSession session) {
    return NotYet.body(session);
  }

  /** Says what a cold copy does with a file; pure, looks at no disk. */
  public Placement place(Path file) {
    return NotYet.body(file.toString());
  }

  /**
   * Every file under the roots that a cold copy takes, sorted by root and path, and the empty
   * directories. Only for a stopped server.
   */
  public List<Placement.Copied> coldCopy() {
    return NotYet.body();
  }

  /** What a cold copy does with one file. */
  public sealed interface Placement {
    /**
     * It is part of the copy.
     *
     * @param root a key of {@link #roots}
     * @param relative its path below that root
     */
    record Copied(String root, Path relative) implements Placement {}

    /** It stays behind. */
    record LeftOut(String reason) implements Placement {}

    /** It is below none of the roots. */
    record Outside() implements Placement {}
  }
}

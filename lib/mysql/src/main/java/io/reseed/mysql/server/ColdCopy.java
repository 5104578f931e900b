package io.reseed.mysql.server;

import io.reseed.fleet.FailureCode;
import io.reseed.mysql.MysqlException;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a copy of a stopped server consists of. Left out is what belongs to the one server only
 * (identity, persisted settings, keys, logs) and what a server makes anew: a cold copy without
 * binlogs keeps its GTID position in {@code mysql.gtid_executed}.
 *
 * @param files sorted by root and path
 * @param folders all of them, those above others first: an empty database is a folder without files
 */
public record ColdCopy(List<Placement.Copied> files, List<Placement.Copied> folders) {
  private static final Comparator<Placement.Copied> ORDER =
      Comparator.comparing(Placement.Copied::root).thenComparing(Placement.Copied::relative);

  /**
   * auto.cnf holds the UUID; mysqld-auto.cnf could lift the fence; the keys are a server's own, and
   * so is what keyring it uses (mysqld.my).
   */
  private static final Set<String> OWN =
      Set.of(
          "auto.cnf",
          "mysqld-auto.cnf",
          "mysqld-auto.cnf.backup",
          "ca.pem",
          "ca-key.pem",
          "server-cert.pem",
          "server-key.pem",
          "client-cert.pem",
          "client-key.pem",
          "private_key.pem",
          "public_key.pem",
          "mysqld.my",
          "lost+found");

  /** What tells a keyring component where its keys are. */
  private static final Pattern KEYRING = Pattern.compile("component_keyring_\\w+\\.cnf");

  /** Temporary tablespaces, CLONE's own notes. */
  private static final Set<String> MADE_ANEW = Set.of("#innodb_temp", "#clone");

  private static final String REDO_FOLDER = "#innodb_redo";

  private static final Pattern SPARE_REDO = Pattern.compile("#ib_redo\\d+_tmp");

  /** After a complete shutdown there is no torn page to mend. */
  private static final Pattern DOUBLEWRITE = Pattern.compile("#ib_\\d+_\\d+\\.b?dblwr");

  /** {@code binlog.000001}, {@code relay-channel.000001}, {@code binlog.index}. */
  private static final Pattern LOG_SUFFIX = Pattern.compile("(-[^/]*)?\\.(\\d{6,}|index|~rec~)");

  /** Copies and sorts. */
  public ColdCopy {
    files = files.stream().sorted(ORDER).toList();
    folders = folders.stream().sorted(ORDER).toList();
  }

  /** What a cold copy does with one file. */
  public sealed interface Placement {
    /**
     * It is part of the copy.
     *
     * @param root a key of {@link ServerPaths#roots}
     * @param relative its path below that root, without {@code .} and {@code ..}
     */
    record Copied(String root, Path relative) implements Placement {}

    /** It stays behind. */
    record LeftOut(String reason) implements Placement {}

    /** It is below none of the roots. */
    record Outside() implements Placement {}
  }

  /** Of the roots that it lies in, the one that takes it; else what the innermost says. */
  static Placement place(ServerPaths paths, Path file) {
    Placement innermost = new Placement.Outside();
    int depth = -1;
    for (Map.Entry<String, Path> root : paths.roots().entrySet()) {
      Placement placement = place(paths, root.getKey(), file);
      if (placement instanceof Placement.Copied) {
        return placement;
      }
      if (placement instanceof Placement.LeftOut && root.getValue().getNameCount() > depth) {
        innermost = placement;
        depth = root.getValue().getNameCount();
      }
    }
    return innermost;
  }

  static Placement place(ServerPaths paths, String root, Path file) {
    Path folder = paths.roots().get(root);
    if (folder == null || !file.startsWith(folder) || file.equals(folder)) {
      return new Placement.Outside();
    }
    Path relative = folder.relativize(file);
    String reason =
        switch (root) {
          case ServerPaths.DATA ->
              isOfAnotherRoot(paths, file)
                  ? "in a root of its own"
                  : reasonToLeaveOut(paths, file, relative);
          case ServerPaths.REDO ->
              isRedo(relative) ? reasonToLeaveOut(paths, file, relative) : "no redo log";
          default -> isOf(paths, root, file) ? "" : "no tablespace of this server";
        };
    return reason.isEmpty() ? new Placement.Copied(root, relative) : new Placement.LeftOut(reason);
  }

  private static boolean isOfAnotherRoot(ServerPaths paths, Path file) {
    Path redo = paths.roots().get(ServerPaths.REDO);
    return paths.tablespaces().values().stream().anyMatch(files -> files.contains(file))
        || (redo != null && file.startsWith(redo) && isRedo(redo.relativize(file)));
  }

  private static boolean isRedo(Path relative) {
    return relative.getName(0).toString().equals(REDO_FOLDER);
  }

  /** A tablespace, or a folder above one. */
  private static boolean isOf(ServerPaths paths, String root, Path file) {
    Set<Path> files = paths.tablespaces().getOrDefault(root, Set.of());
    return files.contains(file) || files.stream().anyMatch(one -> one.startsWith(file));
  }

  private static String reasonToLeaveOut(ServerPaths paths, Path file, Path relative) {
    String top = relative.getName(0).toString();
    String name = file.getFileName().toString();
    if (relative.getNameCount() == 1 && (OWN.contains(top) || KEYRING.matcher(top).matches())) {
      return "belongs to this server only";
    }
    if (MADE_ANEW.contains(top)) {
      return "made anew at the start";
    }
    if (SPARE_REDO.matcher(name).matches()) {
      return "spare redo file without content";
    }
    if (DOUBLEWRITE.matcher(name).matches()) {
      return "doublewrite buffer, unused after a complete shutdown";
    }
    if (paths.leftOut().stream().anyMatch(left -> file.startsWith(left) || isLockOf(left, file))) {
      return "log, socket or temporary file of this server";
    }
    return paths.logBasenames().stream().anyMatch(base -> isLog(base, file)) ? "binlog" : "";
  }

  private static boolean isLockOf(Path socket, Path file) {
    return file.toString().equals(socket + ".lock");
  }

  private static boolean isLog(Path basename, Path file) {
    String path = file.toString();
    String base = basename.toString();
    return path.startsWith(base) && LOG_SUFFIX.matcher(path.substring(base.length())).matches();
  }

  static ColdCopy list(ServerPaths paths) {
    Collector collector = new Collector(paths);
    paths.roots().forEach(collector::walk);
    return new ColdCopy(collector.files, collector.folders);
  }

  private static final class Collector extends SimpleFileVisitor<Path> {
    private final ServerPaths paths;
    private final List<Placement.Copied> files = new ArrayList<>();
    private final List<Placement.Copied> folders = new ArrayList<>();
    private String root = ServerPaths.DATA;
    private Path begin = Path.of("/");

    Collector(ServerPaths paths) {
      this.paths = paths;
    }

    void walk(String name, Path folder) {
      root = name;
      begin = folder;
      try {
        Files.walkFileTree(folder, this);
      } catch (IOException e) {
        throw Folders.failed("list", folder, e);
      }
    }

    @Override
    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
      if (folder.equals(begin)) {
        return FileVisitResult.CONTINUE;
      }
      if (place(paths, root, folder) instanceof Placement.Copied copied) {
        folders.add(copied);
        return FileVisitResult.CONTINUE;
      }
      return FileVisitResult.SKIP_SUBTREE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      if (place(paths, root, file) instanceof Placement.Copied copied) {
        if (attributes.isSymbolicLink()) {
          throw new MysqlException(
              FailureCode.LAYOUT_UNSUPPORTED,
              "a symbolic link in a data directory is not copied: " + file);
        }
        if (attributes.isRegularFile()) {
          files.add(copied);
        }
      }
      return FileVisitResult.CONTINUE;
    }
  }
}

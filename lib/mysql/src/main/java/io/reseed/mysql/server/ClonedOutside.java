package io.reseed.mysql.server;

import io.reseed.durable.DurableFile;
import io.reseed.fleet.FailureCode;
import io.reseed.mysql.MysqlException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Tablespaces that CLONE writes outside the recipient's folder, since it knows no other paths than
 * the donor's. They are taken into the folder as soon as the clone is over. Before it begins, a
 * note in the folder says which files and folders may come to be there, so that they go away with
 * the server whatever happens. For one thread at a time per host.
 */
public final class ClonedOutside {
  private static final int NAMED_MAX = 10;

  /** Line of a note: a folder that was made for the clone. */
  private static final String FOLDER = "folder ";

  /** Line of a note: a file that the clone may write. */
  private static final String EXPECTED = "expected ";

  /** Line of a note: a file that the clone, which is over, did write. */
  private static final String WRITTEN = "written ";

  private final ServerFolder folder;

  ClonedOutside(ServerFolder folder) {
    this.folder = folder;
  }

  /** The setting that lets a recipient take these files, and mysqld look for no others. */
  public static Map<String, String> settings(DonorLayout donor) {
    return donor.outside().isEmpty()
        ? Map.of()
        : Map.of(
            "innodb_directories",
            files(donor.outside().values()).stream()
                .map(ClonedOutside::above)
                .distinct()
                .map(Path::toString)
                .collect(Collectors.joining(";")));
  }

  /**
   * Notes that CLONE is about to write these, and makes their folders below those that must be
   * there: who wants such shards cloned makes the donor's folders on this host, too.
   *
   * @param outside {@link DonorLayout#outside}
   * @throws MysqlException TABLESPACES_OUTSIDE when such a folder is not there or not writable, or
   *     such a file is; CLONE_FAILED while another server here may be writing one of them
   */
  public void claim(SortedMap<Path, SortedSet<Path>> outside) {
    SortedSet<Path> files = files(outside.values());
    outside.forEach(ClonedOutside::requireFolder);
    requireMissing(files);
    requireUnclaimed(files);
    SortedSet<Path> missing = missingFolders(files);
    note(files, EXPECTED, missing);
    missing.forEach(Folders::create);
  }

  private void note(Collection<Path> files, String kind, Collection<Path> folders) {
    Folders.replace(
        folder.clonedOutside(),
        Stream.concat(
                files.stream().map(file -> kind + file), folders.stream().map(one -> FOLDER + one))
            .collect(Collectors.joining("\n")));
  }

  private static SortedSet<Path> files(Collection<? extends Set<Path>> sets) {
    return sets.stream().flatMap(Set::stream).collect(Collectors.toCollection(TreeSet::new));
  }

  private static void requireFolder(Path folder, Set<Path> files) {
    if (!Files.isDirectory(folder) || !Files.isWritable(folder)) {
      throw new MysqlException(
          FailureCode.TABLESPACES_OUTSIDE,
          "the donor has %s, and this host no folder %s that can be written to"
              .formatted(named(files), folder));
    }
  }

  private static void requireMissing(Set<Path> files) {
    Set<Path> there =
        files.stream().filter(Files::exists).collect(Collectors.toCollection(TreeSet::new));
    if (!there.isEmpty()) {
      throw new MysqlException(
          FailureCode.TABLESPACES_OUTSIDE,
          "the donor has %s, and this host has files of these names already"
              .formatted(named(there)));
    }
  }

  private static String named(Set<Path> files) {
    String names =
        files.stream().limit(NAMED_MAX).map(Path::toString).collect(Collectors.joining(", "));
    return "tablespaces outside its data directory, "
        + (files.size() > NAMED_MAX ? names + " and more" : names);
  }

  /** Notes are kept by servers that lie beside this one. */
  private void requireUnclaimed(Set<Path> files) {
    for (ServerFolder other : others()) {
      List<Path> claimed = noted(other, EXPECTED);
      claimed.addAll(noted(other, WRITTEN));
      if (claimed.stream().anyMatch(files::contains)) {
        throw new MysqlException(
            FailureCode.CLONE_FAILED,
            "the unfinished clone in %s may be writing to the same paths outside, such as %s"
                .formatted(other.directory(), claimed.getFirst()));
      }
    }
  }

  private List<ServerFolder> others() {
    Path beside = above(folder.directory());
    try (Stream<Path> all = Files.list(beside)) {
      return all.filter(one -> !one.equals(folder.directory())).map(ServerFolder::new).toList();
    } catch (IOException e) {
      throw Folders.failed("list", beside, e);
    }
  }

  private static SortedSet<Path> missingFolders(Set<Path> files) {
    SortedSet<Path> missing = new TreeSet<>();
    for (Path file : files) {
      for (Path above = above(file); !Files.exists(above); above = above(above)) {
        missing.add(above);
      }
    }
    return missing;
  }

  private static List<Path> noted(ServerFolder server, String kind) {
    if (!Files.exists(server.clonedOutside())) {
      return new ArrayList<>();
    }
    try (Stream<String> lines = Files.lines(server.clonedOutside())) {
      return lines
          .filter(line -> line.startsWith(kind))
          .map(line -> Path.of(line.substring(kind.length())))
          .collect(Collectors.toCollection(ArrayList::new));
    } catch (IOException e) {
      throw Folders.failed("read", server.clonedOutside(), e);
    }
  }

  /**
   * After the clone, before the server starts and forgets what the clone wrote.
   *
   * @throws MysqlException CLONE_FAILED when somebody made one of the files meanwhile: the start
   *     would put the clone's in its place
   */
  public void settle() {
    CloneLists lists = new CloneLists(folder);
    if (!lists.ofOthers().isEmpty()) {
      throw new MysqlException(
          FailureCode.CLONE_FAILED,
          "somebody made " + lists.ofOthers().getFirst() + " during the clone");
    }
    note(lists.made(), WRITTEN, noted(folder, FOLDER));
  }

  /**
   * Takes the tablespaces of the cloned server, which ran and was stopped cleanly, into its folder.
   *
   * @param paths as the server said before the stop
   * @param donor of which the tablespaces keep their order below the donor's folders: a table's
   *     file must stay in a folder with its schema's name
   * @return the settings that the server is to be created with again
   */
  public Map<String, String> takeIn(ServerPaths paths, DonorLayout donor) {
    Map<Path, String> names = new HashMap<>();
    donor
        .outside()
        .keySet()
        .forEach(one -> names.put(one, ServerPaths.DIRECTORY_PREFIX + (names.size() + 1)));
    RestoredRoots roots = RestoredRoots.around(folder.data(), names.values(), donor.settings());
    files(paths.tablespaces().values()).stream()
        .filter(file -> !file.startsWith(folder.directory()))
        .forEach(
            file -> {
              Path from = deepestAbove(file, names.keySet());
              Path to = roots.folders().getOrDefault(names.get(from), folder.data());
              move(file, to.resolve(from.relativize(file)));
            });
    remove();
    return roots.settings();
  }

  private static Path deepestAbove(Path file, Set<Path> folders) {
    return folders.stream()
        .filter(file::startsWith)
        .max(Comparator.comparingInt(Path::getNameCount))
        .orElseThrow(
            () ->
                new MysqlException(
                    FailureCode.CLONE_FAILED,
                    "the donor got the tablespace " + file + " during the clone"));
  }

  /** Also to another file system; durable. */
  private static void move(Path from, Path to) {
    Folders.create(above(to));
    try {
      Files.move(from, to);
      try (FileChannel channel = FileChannel.open(to, StandardOpenOption.WRITE)) {
        channel.force(true);
      }
      DurableFile.forceFolder(above(to));
    } catch (IOException e) {
      throw Folders.failed("move " + from + " to " + to, e);
    }
  }

  /** Removes what the clone made outside and is there yet; may be repeated. */
  void remove() {
    if (!Files.exists(folder.clonedOutside())) {
      return;
    }
    CloneLists lists = new CloneLists(folder);
    lists.ofOthers().stream().map(CloneLists::beside).forEach(Folders::delete);
    (lists.exist() ? lists.made() : noted(folder, WRITTEN)).forEach(Folders::delete);
    List<Path> folders = noted(folder, FOLDER);
    folders.sort(Comparator.comparingInt(Path::getNameCount).reversed());
    folders.stream().filter(Folders::isEmpty).forEach(Folders::delete);
    Folders.delete(folder.clonedOutside());
  }

  private static Path above(Path path) {
    Path parent = path.getParent();
    return parent == null ? path : parent;
  }
}

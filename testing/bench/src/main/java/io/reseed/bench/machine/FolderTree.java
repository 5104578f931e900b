package io.reseed.bench.machine;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A folder with all that is in it. */
public record FolderTree(Path root) {

  /** Every regular file below it, sorted. */
  public List<Path> files() throws IOException {
    try (Stream<Path> all = Files.walk(root)) {
      return all.filter(Files::isRegularFile).sorted().toList();
    }
  }

  /** Sum of the files' sizes. */
  public long bytes() throws IOException {
    long sum = 0;
    for (Path file : files()) {
      sum += Files.size(file);
    }
    return sum;
  }

  /** Removes it; harmless when it is not there. */
  public void remove() throws IOException {
    if (Files.exists(root)) {
      Files.walkFileTree(root, new Removal());
    }
  }

  /**
   * Makes a durable copy by {@code cp}.
   *
   * @return 0: nothing of it comes from a store
   */
  public long copyTo(FolderTree target) throws IOException {
    Command.of("cp", "-r", "--reflink=never", root.toString(), target.root.toString()).run();
    target.makeDurable();
    return 0;
  }

  /** Makes files and folders durable, one after another, as {@code cp} and {@code sync FILE…}. */
  public void makeDurable() throws IOException {
    List<Path> all = new ArrayList<>();
    try (Stream<Path> walk = Files.walk(root)) {
      walk.forEach(all::add);
    }
    for (Path path : all) {
      // Linux lets a folder be opened for reading and synced
      try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }

  /**
   * Compares every byte.
   *
   * @throws IOException naming the first file that is missing, too much, or different
   */
  public void mustEqual(FolderTree other) throws IOException {
    List<String> names = names();
    if (!names.equals(other.names())) {
      throw new IOException(root + " and " + other.root + " hold different files");
    }
    for (String name : names) {
      long at = Files.mismatch(root.resolve(name), other.root.resolve(name));
      if (at >= 0) {
        throw new IOException(
            "%s differs from %s at byte %d of %s".formatted(root, other.root, at, name));
      }
    }
  }

  private List<String> names() throws IOException {
    return files().stream().map(file -> root.relativize(file).toString()).toList();
  }

  private static final class Removal extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      Files.delete(file);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure)
        throws IOException {
      if (failure != null) {
        throw failure;
      }
      Files.delete(folder);
      return FileVisitResult.CONTINUE;
    }
  }
}

package io.reseed.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/**
 * A temporary folder that goes away with {@link #close}, or with the JVM at the latest. {@code
 * -Dreseed.scratch.keep=true} keeps all of them, for looking at logs afterwards.
 */
public final class Scratch implements AutoCloseable {
  private final Path folder;

  private Scratch(Path folder) {
    this.folder = folder;
  }

  /** Makes a new folder with this word in its name. Its path is short: Unix sockets fit in it. */
  public static Scratch folder(String word) {
    try {
      Path folder = Files.createTempDirectory("reseed-" + word + "-").toRealPath();
      if (!isKept()) {
        Tether.ofThisJvm().removeAtEnd(folder);
      }
      return new Scratch(folder);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot make a temporary folder for " + word, e);
    }
  }

  public Path path() {
    return folder;
  }

  /** Removes the folder with all its content; harmless when it is gone already. */
  @Override
  public void close() {
    if (!isKept()) {
      remove(folder);
      Tether.ofThisJvm().keep(folder);
    }
  }

  private static boolean isKept() {
    return Boolean.getBoolean("reseed.scratch.keep");
  }

  /** Removes a folder with all its content, never following a link. */
  static void remove(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    try {
      Files.walkFileTree(folder, new Removal());
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot remove " + folder, e);
    }
  }

  private static final class Removal extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      Files.deleteIfExists(file);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure)
        throws IOException {
      if (failure != null) {
        throw failure;
      }
      Files.deleteIfExists(folder);
      return FileVisitResult.CONTINUE;
    }
  }
}

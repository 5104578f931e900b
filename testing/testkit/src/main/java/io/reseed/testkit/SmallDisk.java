package io.reseed.testkit;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A disk of a few megabytes, in memory, for tests of what happens when a disk is full. Only root
 * can mount one: ask {@link #whyImpossible} first and skip the test where it answers.
 *
 * <p>It is unmounted with {@link #close}, or with this JVM at the latest, also when that is killed;
 * end the processes that use it before, see {@link Tether}. Not for use by several threads.
 */
public final class SmallDisk implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofSeconds(20);
  private static final String BALLAST = "ballast-of-a-test";
  private static final int BLOCK_BYTES = 64 * 1024;

  private final Path folder;

  private SmallDisk(Path folder) {
    this.folder = folder;
  }

  /** Why this process cannot mount disks, for an assumption's message; empty when it can. */
  public static Optional<String> whyImpossible() {
    try (Scratch scratch = Scratch.folder("mount")) {
      mount(scratch.path(), 1).close();
      return Optional.empty();
    } catch (IllegalStateException e) {
      return Optional.of("A small disk cannot be mounted (it takes root): " + e.getMessage());
    }
  }

  /**
   * Mounts an empty disk.
   *
   * @param folder is made when missing; what it holds is hidden while the disk is mounted
   * @throws IllegalStateException with mount's own words, when it refuses
   */
  public static SmallDisk mount(Path folder, int megabytes) {
    return mount(folder, "tmpfs", size(megabytes));
  }

  /**
   * Mounts a ramfs, on which no file can be opened past the page cache. It has no bound, and says
   * that no byte of it is free.
   *
   * @throws IllegalStateException with mount's own words, when it refuses
   */
  public static SmallDisk mountPageCacheOnly(Path folder) {
    return mount(folder, "ramfs", "mode=755");
  }

  private static SmallDisk mount(Path folder, String type, String options) {
    try {
      Path place = Files.createDirectories(folder).toRealPath();
      run("mount", "-t", type, "-o", options, "reseed-small-disk", place.toString());
      Tether.ofThisJvm().unmountAtEnd(place);
      return new SmallDisk(place);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot mount a disk at " + folder, e);
    }
  }

  public Path path() {
    return folder;
  }

  public long bytesFree() {
    try {
      return Files.getFileStore(folder).getUsableSpace();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot ask for the free space of " + folder, e);
    }
  }

  /**
   * Takes up what is free with a file of no use, but for about so many bytes. Called again, it
   * takes up what has become free since.
   */
  public void fillUpTo(long bytesLeft) {
    byte[] block = new byte[BLOCK_BYTES];
    try (OutputStream file =
        Files.newOutputStream(
            folder.resolve(BALLAST), StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      for (long free = bytesFree(); free > bytesLeft; free = bytesFree()) {
        file.write(block, 0, (int) Math.min(block.length, free - bytesLeft));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot fill " + folder, e);
    }
  }

  /** Gives back what {@link #fillUpTo} took. */
  public void empty() {
    try {
      Files.deleteIfExists(folder.resolve(BALLAST));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot empty " + folder, e);
    }
  }

  /** Makes it larger or, while its content fits, smaller. */
  public void resize(int megabytes) {
    run("mount", "-o", "remount," + size(megabytes), folder.toString());
  }

  /** Unmounts it; its content is gone. */
  @Override
  public void close() {
    run("umount", "--lazy", folder.toString());
    Tether.ofThisJvm().unmounted(folder);
  }

  private static String size(int megabytes) {
    return "size=" + megabytes + "m";
  }

  private static void run(String... command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      if (!process.waitFor(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
        throw new IllegalStateException(List.of(command) + " did not end within " + TIMEOUT);
      }
      if (process.exitValue() != 0) {
        byte[] said = process.getInputStream().readAllBytes();
        throw new IllegalStateException(new String(said, StandardCharsets.UTF_8).strip());
      }
    } catch (IOException e) {
      throw new IllegalStateException("Cannot run " + List.of(command) + ": " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while waiting for " + List.of(command), e);
    }
  }
}

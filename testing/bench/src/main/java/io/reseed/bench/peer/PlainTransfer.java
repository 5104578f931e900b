package io.reseed.bench.peer;

import io.reseed.backup.store.ObjectStore;
import io.reseed.bench.machine.FolderTree;
import io.reseed.bench.machine.Parallel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Objects through the same client as Reseed's, with nothing done to them. */
public final class PlainTransfer {
  private static final int GET_BYTES = 8 << 20;
  private static final int GETS = 8;
  private static final int PUTS = 4;

  private PlainTransfer() {}

  /** Gets every object of {@code objects}, in ranges, 8 at a time, and drops the bytes. */
  public static long get(ObjectStore store, FolderTree objects) throws IOException {
    List<Parallel.Piece> pieces = new ArrayList<>();
    for (Path file : objects.files()) {
      String key = objects.root().relativize(file).toString();
      long size = Files.size(file);
      for (long at = 0; at < size; at += GET_BYTES) {
        long offset = at;
        int length = (int) Math.min(GET_BYTES, size - at);
        pieces.add(
            () -> {
              store.getRange(key, offset, ByteBuffer.allocate(length));
              return length;
            });
      }
    }
    return Parallel.sum(GETS, pieces);
  }

  /** Puts every file of {@code source}, 4 at a time. */
  public static long put(ObjectStore store, FolderTree source) throws IOException {
    List<Parallel.Piece> pieces = new ArrayList<>();
    for (Path file : source.files()) {
      String key = source.root().relativize(file).toString();
      pieces.add(
          () -> {
            byte[] content = Files.readAllBytes(file);
            store.put(key, ByteBuffer.wrap(content));
            return content.length;
          });
    }
    return Parallel.sum(PUTS, pieces);
  }

  /** Reads every file once, as many at a time as there are cores, and drops the bytes. */
  public static long read(FolderTree source) throws IOException {
    List<Parallel.Piece> pieces = new ArrayList<>();
    for (Path file : source.files()) {
      pieces.add(() -> readFile(file));
    }
    return Parallel.sum(Parallel.cores(), pieces);
  }

  /** Fails unless that many bytes were moved. */
  public static void mustBe(long expected, long moved) throws IOException {
    if (expected != moved) {
      throw new IOException(
          String.format(Locale.ROOT, "%d bytes were moved instead of %d", moved, expected));
    }
  }

  /** Copies only the packs' files of a repository into a folder. */
  public static void copyPacks(FolderTree repository, Path target) throws IOException {
    Files.createDirectories(target);
    try (Stream<Path> all = Files.walk(repository.root())) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        if (file.toString().contains("/packs/")) {
          Files.copy(file, target.resolve(file.getFileName().toString()));
        }
      }
    }
  }

  private static long readFile(Path file) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 20);
    long sum = 0;
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      int read = channel.read(buffer);
      while (read >= 0) {
        sum += read;
        buffer.clear();
        read = channel.read(buffer);
      }
    }
    return sum;
  }
}

package io.reseed.backup;

import io.reseed.backup.format.Sha256;
import io.reseed.backup.store.ObjectInfo;
import io.reseed.backup.store.ObjectStore;
import io.reseed.backup.store.PutOutcome;
import io.reseed.fleet.FailureCode;
import io.reseed.fleet.FailureException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** A store of plain files that takes no memory and knows no crash; for tests of this library. */
public final class DiskStore implements ObjectStore {
  private final Path folder;

  /** Keeps objects below that folder. */
  public DiskStore(Path folder) {
    this.folder = folder;
  }

  @Override
  public PutOutcome putIfAbsent(String key, ByteBuffer content) {
    try {
      write(key, content, StandardOpenOption.CREATE_NEW);
      return PutOutcome.CREATED;
    } catch (FileAlreadyExistsException e) {
      return PutOutcome.ALREADY_EXISTS;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String put(String key, ByteBuffer content) {
    try {
      write(key, content, StandardOpenOption.CREATE);
      return etag(content.remaining(), key);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void getRange(String key, long offset, ByteBuffer target) {
    try (FileChannel channel = FileChannel.open(folder.resolve(key))) {
      long end = offset + target.remaining();
      while (target.hasRemaining()) {
        if (channel.read(target, end - target.remaining()) < 0) {
          throw new FailureException(
              FailureCode.OBJECT_TOO_SHORT, key + " is shorter", "Put more.");
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Optional<ObjectInfo> head(String key) {
    Path file = folder.resolve(key);
    return Files.exists(file) ? Optional.of(info(file)) : Optional.empty();
  }

  @Override
  public void list(String prefix, Consumer<ObjectInfo> consumer) {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      List<ObjectInfo> found =
          files
              .filter(Files::isRegularFile)
              .map(this::info)
              .filter(info -> info.key().startsWith(prefix))
              .sorted((a, b) -> a.key().compareTo(b.key()))
              .toList();
      found.forEach(consumer);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void delete(String key) {
    try {
      Files.deleteIfExists(folder.resolve(key));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {}

  private void write(String key, ByteBuffer content, StandardOpenOption how) throws IOException {
    Path file = folder.resolve(key);
    Files.createDirectories(file.getParent());
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE, how)) {
      ByteBuffer bytes = content.duplicate();
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    }
  }

  private ObjectInfo info(Path file) {
    try {
      String key = folder.relativize(file).toString();
      long size = Files.size(file);
      return new ObjectInfo(key, size, etag(size, key), Instant.EPOCH);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String etag(long size, String key) {
    return Sha256.of((key + size).getBytes(StandardCharsets.UTF_8)).toString();
  }
}

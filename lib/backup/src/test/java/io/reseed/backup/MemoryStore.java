package io.reseed.backup;

import io.reseed.backup.format.Sha256;
import io.reseed.backup.store.ObjectInfo;
import io.reseed.backup.store.ObjectStore;
import io.reseed.backup.store.PutOutcome;
import io.reseed.fleet.FailureCode;
import io.reseed.fleet.FailureException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;

/** A store in memory, for tests that put much and need no network; keeps the same contract. */
public final class MemoryStore implements ObjectStore {
  private final NavigableMap<String, Kept> objects = new ConcurrentSkipListMap<>();

  private static final class Kept {
    private final byte[] bytes;
    private final Instant modifiedAt = Instant.now();

    Kept(byte[] bytes) {
      this.bytes = bytes;
    }
  }

  @Override
  public PutOutcome putIfAbsent(String key, ByteBuffer content) {
    checkInterrupt();
    return objects.putIfAbsent(key, new Kept(bytes(content))) == null
        ? PutOutcome.CREATED
        : PutOutcome.ALREADY_EXISTS;
  }

  @Override
  public String put(String key, ByteBuffer content) {
    checkInterrupt();
    byte[] bytes = bytes(content);
    objects.put(key, new Kept(bytes));
    return etag(bytes);
  }

  @Override
  public void getRange(String key, long offset, ByteBuffer target) {
    byte[] bytes = required(key);
    if (offset + target.remaining() > bytes.length) {
      throw new FailureException(FailureCode.OBJECT_TOO_SHORT, key + " is shorter", "Put more.");
    }
    target.put(bytes, (int) offset, target.remaining());
  }

  @Override
  public Optional<ObjectInfo> head(String key) {
    checkInterrupt();
    return Optional.ofNullable(objects.get(key)).map(kept -> info(key, kept));
  }

  @Override
  public void list(String prefix, Consumer<ObjectInfo> consumer) {
    checkInterrupt();
    for (Map.Entry<String, Kept> object : objects.tailMap(prefix, true).entrySet()) {
      if (!object.getKey().startsWith(prefix)) {
        return;
      }
      consumer.accept(info(object.getKey(), object.getValue()));
    }
  }

  @Override
  public void delete(String key) {
    checkInterrupt();
    objects.remove(key);
  }

  @Override
  public void close() {}

  /** Removes everything. */
  public void clear() {
    objects.clear();
  }

  /** The object's own bytes: changing them damages it. */
  public byte[] object(String key) {
    return required(key);
  }

  private byte[] required(String key) {
    checkInterrupt();
    Kept kept = objects.get(key);
    if (kept == null) {
      throw new FailureException(FailureCode.OBJECT_MISSING, key + " is not there", "Put it.");
    }
    return kept.bytes;
  }

  private static void checkInterrupt() {
    if (Thread.currentThread().isInterrupted()) {
      throw new FailureException(FailureCode.CANCELLED, "interrupted", "Try again.");
    }
  }

  private static ObjectInfo info(String key, Kept kept) {
    return new ObjectInfo(key, kept.bytes.length, etag(kept.bytes), kept.modifiedAt);
  }

  private static String etag(byte[] bytes) {
    return Sha256.of(bytes).toString().substring(0, 32).toLowerCase(Locale.ROOT);
  }

  private static byte[] bytes(ByteBuffer content) {
    ByteBuffer view = content.duplicate();
    byte[] bytes = new byte[view.remaining()];
    view.get(bytes);
    return bytes;
  }
}

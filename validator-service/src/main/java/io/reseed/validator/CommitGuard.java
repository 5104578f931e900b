package io.reseed.validator;

import io.reseed.backup.store.ObjectInfo;
import io.reseed.backup.store.ObjectStore;
import io.reseed.backup.store.PutOutcome;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A store that has the last question asked just before one object is put: a backup's manifest, by
 * whose put the backup begins to exist. What the question throws comes out of the put, and nothing
 * was put then. All else goes to the store beneath.
 */
final class CommitGuard implements ObjectStore {
  private final ObjectStore store;
  private final String guardedKey;
  private final Runnable lastQuestion;

  CommitGuard(ObjectStore store, String guardedKey, Runnable lastQuestion) {
    this.store = store;
    this.guardedKey = guardedKey;
    this.lastQuestion = lastQuestion;
  }

  @Override
  public PutOutcome putIfAbsent(String key, ByteBuffer content) {
    if (key.equals(guardedKey)) {
      lastQuestion.run();
    }
    return store.putIfAbsent(key, content);
  }

  @Override
  public String put(String key, ByteBuffer content) {
    if (key.equals(guardedKey)) {
      throw new IllegalStateException("a manifest is never replaced: " + key);
    }
    return store.put(key, content);
  }

  @Override
  public void getRange(String key, long offset, ByteBuffer target) {
    store.getRange(key, offset, target);
  }

  @Override
  public Optional<ObjectInfo> head(String key) {
    return store.head(key);
  }

  @Override
  public void list(String prefix, Consumer<ObjectInfo> consumer) {
    store.list(prefix, consumer);
  }

  @Override
  public void delete(String key) {
    store.delete(key);
  }

  /** The store beneath belongs to others and stays open. */
  @Override
  public void close() {}
}

package io.reseed.validator.proof;

import io.reseed.backup.store.ForwardingStore;
import io.reseed.backup.store.ObjectStore;
import io.reseed.backup.store.PutOutcome;
import java.nio.ByteBuffer;

/**
 * A store that has the last question asked just before one object is put: a backup's manifest, by
 * whose put the backup begins to exist. What the question throws comes out of the put, and nothing
 * was put then. All else goes to the store beneath.
 */
final class CommitGuard extends ForwardingStore {
  private final String guardedKey;
  private final Runnable lastQuestion;

  CommitGuard(ObjectStore store, String guardedKey, Runnable lastQuestion) {
    super(store);
    this.guardedKey = guardedKey;
    this.lastQuestion = lastQuestion;
  }

  @Override
  public PutOutcome putIfAbsent(String key, ByteBuffer content) {
    if (key.equals(guardedKey)) {
      lastQuestion.run();
    }
    return super.putIfAbsent(key, content);
  }

  @Override
  public String put(String key, ByteBuffer content) {
    if (key.equals(guardedKey)) {
      throw new IllegalStateException("a manifest is never replaced: " + key);
    }
    return super.put(key, content);
  }

  /** The store beneath belongs to others and stays open. */
  @Override
  public void close() {}
}

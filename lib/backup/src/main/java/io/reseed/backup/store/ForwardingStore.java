package io.reseed.backup.store;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Passes every call on to the store beneath; a subclass overrides what it does something about.
 * {@link #get} is not passed on as such, but as the calls that it is made of.
 */
public abstract class ForwardingStore implements ObjectStore {
  private final ObjectStore beneath;

  /** Passes calls on to this store. */
  protected ForwardingStore(ObjectStore beneath) {
    this.beneath = beneath;
  }

  @Override
  public PutOutcome putIfAbsent(String key, ByteBuffer content) {
    return beneath.putIfAbsent(key, content);
  }

  @Override
  public String put(String key, ByteBuffer content) {
    return beneath.put(key, content);
  }

  @Override
  public void getRange(String key, long offset, ByteBuffer target) {
    beneath.getRange(key, offset, target);
  }

  @Override
  public Optional<ObjectInfo> head(String key) {
    return beneath.head(key);
  }

  @Override
  public void list(String prefix, Consumer<ObjectInfo> consumer) {
    beneath.list(prefix, consumer);
  }

  @Override
  public void delete(String key) {
    beneath.delete(key);
  }

  @Override
  public void close() {
    beneath.close();
  }
}

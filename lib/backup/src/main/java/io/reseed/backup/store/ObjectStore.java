package io.reseed.backup.store;

import io.reseed.fleet.FailureException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A flat store of immutable-by-convention objects. Safe for use by many threads.
 *
 * <p>The failure law, for every method:
 *
 * <ul>
 *   <li>A put is atomic: readers see the whole object or none of it, also when the writer dies.
 *   <li>What was put is seen by every later get, head and list (read after write).
 *   <li>{@code STORE_UNREACHABLE} (transient) leaves unknown whether a put or delete happened.
 *       {@link #put}, {@link #delete} and all reads may be repeated. After a repeated {@link
 *       #putIfAbsent}, {@link PutOutcome#ALREADY_EXISTS} may mean the caller's own first try: read
 *       the object back and compare when it matters.
 *   <li>{@code STORE_REFUSED} is permanent until an operator acts; {@code OBJECT_MISSING} and
 *       {@code OBJECT_TOO_SHORT} are permanent for that object. Repeating does not help.
 *   <li>An interrupt ends the call soon with {@code CANCELLED}, the interrupt flag set again.
 * </ul>
 *
 * Keys are relative to the store's prefix, use {@code /} between segments, and are not checked
 * here: {@code format} makes and checks them.
 */
public interface ObjectStore extends AutoCloseable {
  /** Puts the object unless one is there; of several racing callers exactly one creates it. */
  PutOutcome putIfAbsent(String key, ByteBuffer content);

  /**
   * Puts the object, replacing one that is there. The store checks the content against an MD5 sent
   * with it. The buffer's position does not move.
   *
   * @return the object's tag as {@link #head} will say it
   */
  String put(String key, ByteBuffer content);

  /**
   * Fills the rest of {@code target} with the object's bytes from {@code offset} on.
   *
   * @throws FailureException {@code OBJECT_MISSING}; {@code OBJECT_TOO_SHORT} when the object ends
   *     before the buffer is full. The content of {@code target} is undefined after any failure.
   */
  void getRange(String key, long offset, ByteBuffer target);

  /**
   * A whole small object, or nothing when it is not there.
   *
   * @throws FailureException {@code OBJECT_TOO_LONG} when it has more than {@code bytesMax} bytes:
   *     none of them is read then
   */
  default Optional<byte[]> get(String key, int bytesMax) {
    return WholeObject.get(this, key, bytesMax);
  }

  /** The object's description, or nothing when it is not there. */
  Optional<ObjectInfo> head(String key);

  /** Hands every object below {@code prefix} to {@code consumer}, in order of their keys' bytes. */
  void list(String prefix, Consumer<ObjectInfo> consumer);

  /** Removes the object. Removing one that is not there is no error. */
  void delete(String key);

  /** Frees connections. Calls under way fail. */
  @Override
  void close();
}

package io.reseed.backup.store;

import io.reseed.fleet.FailureClass;
import io.reseed.fleet.FailureCode;
import io.reseed.fleet.FailureException;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads objects that carry their own hash. */
public final class CheckedRead {
  private static final Logger LOG = LoggerFactory.getLogger(CheckedRead.class);

  /** Several objects are read at once. */
  private static final int HEAP_PART = 8;

  private CheckedRead() {}

  /**
   * Reads and decodes a whole small object. One that does not hold is read once more before that
   * counts: the way from the store may have spoiled it, not the store.
   *
   * @param decode throws a failure of class {@code BAD_BACKUP} when the bytes do not hold
   * @return empty when the object is not there
   * @throws FailureException {@code HEAP_TOO_SMALL} for one that would take a large part of this
   *     process's heap as it is stored
   */
  public static <T> Optional<T> of(
      ObjectStore store, String key, int bytesMax, Function<byte[], T> decode) {
    Optional<byte[]> object = get(store, key, bytesMax);
    try {
      return object.map(decode);
    } catch (FailureException e) {
      if (e.failureClass() != FailureClass.BAD_BACKUP) {
        throw e;
      }
      LOG.warn("Object read once more key={} fault={}", key, e.getMessage());
      return get(store, key, bytesMax).map(decode);
    }
  }

  private static Optional<byte[]> get(ObjectStore store, String key, int bytesMax) {
    long heapBytes = Runtime.getRuntime().maxMemory() / HEAP_PART;
    try {
      return store.get(key, (int) Math.min(bytesMax, heapBytes));
    } catch (FailureException e) {
      if (e.code() == FailureCode.OBJECT_TOO_LONG && heapBytes < bytesMax) {
        throw new FailureException(
            FailureCode.HEAP_TOO_SMALL,
            e.getMessage() + ", an eighth of this process's heap",
            "Give this process a larger heap (-Xmx), if this object is an honest one.",
            e);
      }
      throw e;
    }
  }
}

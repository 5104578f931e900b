package io.reseed.backup.store;

import io.reseed.fleet.FailureClass;
import io.reseed.fleet.FailureException;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads objects that carry their own hash. */
public final class CheckedRead {
  private static final Logger LOG = LoggerFactory.getLogger(CheckedRead.class);

  private CheckedRead() {}

  /**
   * Reads and decodes a whole small object. One that does not hold is read once more before that
   * counts: the way from the store may have spoiled it, not the store.
   *
   * @param decode throws a failure of class {@code BAD_BACKUP} when the bytes do not hold
   * @return empty when the object is not there
   */
  public static <T> Optional<T> of(
      ObjectStore store, String key, int bytesMax, Function<byte[], T> decode) {
    Optional<byte[]> object = store.get(key, bytesMax);
    try {
      return object.map(decode);
    } catch (FailureException e) {
      if (e.failureClass() != FailureClass.BAD_BACKUP) {
        throw e;
      }
      LOG.warn("Object read once more key={} fault={}", key, e.getMessage());
      return store.get(key, bytesMax).map(decode);
    }
  }
}

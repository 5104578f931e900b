package io.reseed.backup.store;

import io.reseed.fleet.FailureCode;
import io.reseed.fleet.FailureException;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Reads small objects, also such as are replaced or removed meanwhile. */
final class WholeObject {
  private static final int TRIES_MAX = 5;

  private WholeObject() {}

  /** As {@link ObjectStore#get} says. */
  static Optional<byte[]> get(ObjectStore store, String key, int bytesMax) {
    Optional<ObjectInfo> info = store.head(key);
    for (int attempt = 1; info.isPresent(); attempt++) {
      try {
        return Optional.of(read(store, info.get(), bytesMax));
      } catch (FailureException e) {
        Optional<ObjectInfo> now = store.head(key);
        if (!maySpeakOfAnother(e) || now.equals(info) || attempt == TRIES_MAX) {
          throw e;
        }
        info = now;
      }
    }
    return Optional.empty();
  }

  /** Of what was put, or not put, after the length was asked for. */
  private static boolean maySpeakOfAnother(FailureException e) {
    return e.code() == FailureCode.OBJECT_TOO_SHORT || e.code() == FailureCode.OBJECT_MISSING;
  }

  private static byte[] read(ObjectStore store, ObjectInfo info, int bytesMax) {
    if (info.sizeBytes() > bytesMax) {
      throw new FailureException(
          FailureCode.OBJECT_TOO_LONG,
          "object "
              + info.key()
              + " has "
              + info.sizeBytes()
              + " bytes; at most "
              + bytesMax
              + " are read",
          "Find out who wrote it; no release of Reseed did.");
    }
    ByteBuffer target = ByteBuffer.allocate((int) info.sizeBytes());
    if (target.hasRemaining()) {
      store.getRange(info.key(), 0, target);
    }
    return target.array();
  }
}

package io.reseed.backup.store;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a store was found to be able to do.
 *
 * @param lacks one sentence per missing thing; empty when the store is fit
 */
public record StoreProbe(List<String> lacks) {
  private static final byte[] FIRST = "reseed probe: first".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] OTHER = "reseed probe: other".getBytes(StandardCharsets.US_ASCII);

  /** Copies the list. */
  public StoreProbe {
    lacks = List.copyOf(lacks);
  }

  /** Whether a repository can live in this store. */
  public boolean fit() {
    return lacks.isEmpty();
  }

  /**
   * Asks the store, with one small object under {@code probe/<nonce>}, whether it puts
   * conditionally, reads ranges, lists what was just written, and deletes. Leaves nothing behind
   * unless deleting is what it lacks.
   *
   * @param nonce not used by another probe at the same time
   * @throws io.reseed.backup.BackupException when the store cannot be reached or refuses us
   */
  public static StoreProbe of(ObjectStore store, String nonce) {
    String key = "probe/" + nonce;
    List<String> lacks = new ArrayList<>();
    store.putIfAbsent(key, ByteBuffer.wrap(FIRST));
    try {
      boolean kept =
          store.putIfAbsent(key, ByteBuffer.wrap(OTHER)) == PutOutcome.ALREADY_EXISTS
              && Arrays.equals(read(store, key, 0, FIRST.length), FIRST);
      if (!kept) {
        lacks.add("conditional put: a second put with If-None-Match replaced the first");
      }
      byte[] whole = read(store, key, 0, FIRST.length);
      byte[] part = read(store, key, 7, 5);
      if (!Arrays.equals(part, Arrays.copyOfRange(whole, 7, 12))) {
        lacks.add("ranged get: another part was returned than asked for");
      }
      List<String> listed = new ArrayList<>();
      store.list(key, info -> listed.add(info.key()));
      if (!listed.equals(List.of(key))) {
        lacks.add("list after write: an object just written was not listed");
      }
    } finally {
      store.delete(key);
    }
    if (store.head(key).isPresent()) {
      lacks.add("delete: an object was still there after it was deleted");
    }
    return new StoreProbe(lacks);
  }

  private static byte[] read(ObjectStore store, String key, long offset, int length) {
    ByteBuffer target = ByteBuffer.allocate(length);
    store.getRange(key, offset, target);
    return target.array();
  }
}

package io.reseed.backup.encryption;

import io.reseed.backup.format.KeysCodec;
import io.reseed.backup.format.Manifest;
import io.reseed.backup.format.PackEntry;
import io.reseed.backup.format.RepositoryLayout;
import io.reseed.backup.format.WrappedKey;
import io.reseed.backup.store.CheckedRead;
import io.reseed.backup.store.ObjectStore;
import io.reseed.fleet.FailureException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The data keys of one backup's packs, by who wrote them: each run of a writer has a key of its
 * own. Or of a backup that is not encrypted. Safe for many threads.
 */
public final class PackKeys {
  /** Of packs that are not encrypted. */
  public static final PackKeys NONE = new PackKeys(Map.of(), Map.of());

  private final Map<String, DataKey> keys;
  private final Map<String, WrappedKey> wrapped;

  private PackKeys(Map<String, DataKey> keys, Map<String, WrappedKey> wrapped) {
    this.keys = Map.copyOf(keys);
    this.wrapped = Map.copyOf(wrapped);
  }

  /**
   * Reads and unwraps what a backup needs.
   *
   * @throws FailureException {@code KEY_UNKNOWN}, {@code KEY_WRONG}; {@code KEYS_CORRUPT} when the
   *     object with the wrapped keys is not there, damaged, or lacks one
   */
  public static PackKeys open(ObjectStore store, Manifest manifest, MasterKeys masterKeys) {
    String keyId = manifest.header().keyId();
    if (keyId == null) {
      return NONE;
    }
    Map<String, WrappedKey> wrapped = read(store, manifest, keyId);
    Map<String, DataKey> keys = new HashMap<>();
    wrapped.forEach((writer, key) -> keys.put(writer, DataKey.of(masterKeys.unwrap(key, writer))));
    for (PackEntry pack : manifest.packs()) {
      if (!keys.containsKey(RepositoryLayout.writerOf(pack.name()))) {
        throw KeysCodec.damaged("lacks the key of " + pack.name());
      }
    }
    return new PackKeys(keys, wrapped);
  }

  private static Map<String, WrappedKey> read(ObjectStore store, Manifest manifest, String keyId) {
    RepositoryLayout layout = new RepositoryLayout(manifest.header().shard());
    return CheckedRead.of(
            store,
            layout.keysKey(keyId),
            KeysCodec.OBJECT_BYTES_MAX,
            object -> KeysCodec.decode(object, layout.shard(), keyId))
        .orElseThrow(() -> KeysCodec.damaged("is not in the store"));
  }

  /**
   * These and a new one for a writer's own packs, all wrapped with the current master key: a backup
   * that takes over its parent's keys while they are rotated needs no older master key than its
   * own.
   *
   * @throws FailureException {@code KEY_UNKNOWN}, {@code KEY_WRONG}
   */
  public PackKeys withNew(String writer, MasterKeys masterKeys) {
    byte[] bytes = DataKey.newBytes();
    Map<String, DataKey> moreKeys = new HashMap<>(keys);
    Map<String, WrappedKey> moreWrapped = wrappedAnew(wrapped, masterKeys);
    moreKeys.put(writer, DataKey.of(bytes));
    moreWrapped.put(writer, masterKeys.wrap(bytes, writer));
    return new PackKeys(moreKeys, moreWrapped);
  }

  /**
   * These and that of a writer's earlier run.
   *
   * @throws FailureException {@code KEY_UNKNOWN}, {@code KEY_WRONG}
   */
  public PackKeys withEarlier(String writer, WrappedKey earlier, MasterKeys masterKeys) {
    byte[] bytes = masterKeys.unwrap(earlier, writer);
    Map<String, DataKey> moreKeys = new HashMap<>(keys);
    Map<String, WrappedKey> moreWrapped = new HashMap<>(wrapped);
    moreKeys.put(writer, DataKey.of(bytes));
    moreWrapped.put(writer, earlier);
    return new PackKeys(moreKeys, moreWrapped);
  }

  /** The data key of a writer's packs, as it may be stored; empty when they are not encrypted. */
  public Optional<WrappedKey> wrappedKeyOf(String writer) {
    return Optional.ofNullable(wrapped.get(writer));
  }

  /** Writes the wrapped keys of the packs that a manifest names, and of its own writer. */
  public void write(ObjectStore store, Manifest manifest) {
    String keyId = manifest.header().keyId();
    if (keyId == null) {
      return;
    }
    Map<String, WrappedKey> needed = new TreeMap<>(wrapped);
    needed
        .keySet()
        .removeIf(
            writer ->
                !writer.equals(keyId)
                    && manifest.packs().stream()
                        .noneMatch(pack -> RepositoryLayout.writerOf(pack.name()).equals(writer)));
    put(store, new RepositoryLayout(manifest.header().shard()), keyId, needed);
  }

  /**
   * Wraps a backup's keys with the current master key; its packs and manifest stay as they are. May
   * be repeated.
   *
   * @throws FailureException as {@link #open}
   */
  public static void rewrap(ObjectStore store, Manifest manifest, MasterKeys masterKeys) {
    String keyId = manifest.header().keyId();
    if (keyId == null) {
      return;
    }
    Map<String, WrappedKey> anew = wrappedAnew(read(store, manifest, keyId), masterKeys);
    put(store, new RepositoryLayout(manifest.header().shard()), keyId, anew);
  }

  private static Map<String, WrappedKey> wrappedAnew(
      Map<String, WrappedKey> wrapped, MasterKeys masterKeys) {
    Map<String, WrappedKey> anew = new TreeMap<>();
    wrapped.forEach(
        (writer, key) -> anew.put(writer, masterKeys.wrap(masterKeys.unwrap(key, writer), writer)));
    return anew;
  }

  private static void put(
      ObjectStore store, RepositoryLayout layout, String keyId, Map<String, WrappedKey> keys) {
    byte[] object = KeysCodec.encode(layout.shard(), keyId, keys);
    store.put(layout.keysKey(keyId), ByteBuffer.wrap(object));
  }

  /** How much longer each part of a pack is than its content. */
  public int overheadBytes() {
    return keys.isEmpty() ? 0 : DataKey.TAG_BYTES;
  }

  /** Writes {@code plain}, encrypted where that is to be, to be put at an offset of a pack. */
  public void seal(String packName, long packOffset, ByteBuffer plain, ByteBuffer target) {
    DataKey key = keys.get(RepositoryLayout.writerOf(packName));
    if (key == null) {
      target.put(plain);
    } else {
      key.seal(nonce(packName, packOffset), packName, plain, target);
    }
  }

  /**
   * Reads what lay at an offset of a pack into {@code target}.
   *
   * @return what is wrong with it; never anything where packs are not encrypted
   */
  public Optional<String> open(
      String packName, long packOffset, ByteBuffer sealed, ByteBuffer target) {
    DataKey key = keys.get(RepositoryLayout.writerOf(packName));
    if (key == null) {
      target.put(sealed);
      return Optional.empty();
    }
    return key.open(nonce(packName, packOffset), packName, sealed, target);
  }

  /** A writer seals once at each place, with a key that nobody else has: so no nonce repeats. */
  private static byte[] nonce(String packName, long packOffset) {
    return ByteBuffer.allocate(DataKey.NONCE_BYTES)
        .putInt(RepositoryLayout.numberOf(packName))
        .putLong(packOffset)
        .array();
  }
}

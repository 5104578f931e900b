package io.reseed.backup.encryption;

import io.reseed.backup.format.WrappedKey;
import io.reseed.fleet.FailureCode;
import io.reseed.fleet.FailureException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Master keys from a text: a line for each, its name and 32 bytes in base64. The first is the
 * current one; the others only unwrap, for as long as backups need them. Empty lines and those that
 * begin with {@code #} say nothing.
 */
public final class LocalMasterKeys implements MasterKeys {
  private final Map<String, DataKey> keys;
  private final String current;

  private LocalMasterKeys(Map<String, DataKey> keys, String current) {
    this.keys = keys;
    this.current = current;
  }

  /**
   * What a service's configuration says: the keys in a file, those in a text, or none.
   *
   * @throws IllegalArgumentException when it names both, or the text is wrong
   * @throws FailureException as {@link #read} does
   */
  public static MasterKeys configured(Optional<Path> file, Optional<String> text) {
    if (file.isPresent() && text.isPresent()) {
      throw new IllegalArgumentException(
          "master keys are given both as a file and as a text: leave one of them out");
    }
    return file.<MasterKeys>map(LocalMasterKeys::read)
        .or(() -> text.map(LocalMasterKeys::parse))
        .orElse(MasterKeys.NONE);
  }

  /**
   * Reads the text, e.g. of an environment variable.
   *
   * @throws IllegalArgumentException naming the line that is wrong, without what it says
   */
  public static LocalMasterKeys parse(String text) {
    Map<String, DataKey> keys = new LinkedHashMap<>();
    String[] lines = text.split("\\R", -1);
    for (int i = 0; i < lines.length; i++) {
      String line = lines[i].strip();
      if (!line.isEmpty() && !line.startsWith("#")) {
        add(keys, line, i + 1);
      }
    }
    if (keys.isEmpty()) {
      throw new IllegalArgumentException("no master key is named");
    }
    return new LocalMasterKeys(keys, keys.keySet().iterator().next());
  }

  private static void add(Map<String, DataKey> keys, String line, int number) {
    String[] words = line.split("\\s+", -1);
    boolean named = words.length == 2 && WrappedKey.isName(words[0]);
    DataKey key = named ? key(words[1]) : null;
    if (key == null || keys.put(words[0], key) != null) {
      throw new IllegalArgumentException(
          "line " + number + " of the master keys is not a new name and 32 bytes in base64");
    }
  }

  private static @Nullable DataKey key(String base64) {
    try {
      return DataKey.of(Base64.getDecoder().decode(base64));
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /**
   * Reads a file with such a text.
   *
   * @throws FailureException {@code KEY_UNKNOWN} when it cannot be read or is not of that form
   */
  public static LocalMasterKeys read(Path file) {
    try {
      return parse(Files.readString(file));
    } catch (IOException | IllegalArgumentException e) {
      throw new FailureException(
          FailureCode.KEY_UNKNOWN,
          "cannot read the master keys in " + file + ": " + e.getMessage(),
          "Give this service a readable file with a name and 32 bytes in base64 on each line.",
          e);
    }
  }

  @Override
  public boolean canWrap() {
    return true;
  }

  @Override
  public WrappedKey wrap(byte[] dataKey, String context) {
    // random: a master key wraps a few keys a day
    byte[] nonce = DataKey.random(DataKey.NONCE_BYTES);
    ByteBuffer wrapped =
        ByteBuffer.allocate(nonce.length + dataKey.length + DataKey.TAG_BYTES).put(nonce);
    keyOf(current).seal(nonce, context, ByteBuffer.wrap(dataKey), wrapped);
    return new WrappedKey(current, Base64.getEncoder().encodeToString(wrapped.array()));
  }

  @Override
  public byte[] unwrap(WrappedKey wrapped, String context) {
    DataKey master = keyOf(wrapped.masterKey());
    byte[] bytes = Base64.getDecoder().decode(wrapped.bytes());
    if (bytes.length < DataKey.NONCE_BYTES + DataKey.TAG_BYTES) {
      throw wrong(wrapped, "it is too short");
    }
    ByteBuffer sealed = ByteBuffer.wrap(bytes);
    byte[] nonce = new byte[DataKey.NONCE_BYTES];
    sealed.get(nonce);
    ByteBuffer plain = ByteBuffer.allocate(sealed.remaining() - DataKey.TAG_BYTES);
    master
        .open(nonce, context, sealed, plain)
        .ifPresent(
            fault -> {
              throw wrong(wrapped, fault);
            });
    return plain.array();
  }

  private DataKey keyOf(String name) {
    DataKey key = keys.get(name);
    if (key == null) {
      throw MasterKeys.unknown(name);
    }
    return key;
  }

  private static FailureException wrong(WrappedKey wrapped, String fault) {
    return new FailureException(
        FailureCode.KEY_WRONG,
        "master key '" + wrapped.masterKey() + "' did not wrap this backup's key: " + fault,
        "Configure the key that had this name when the backup was made.");
  }
}

package io.reseed.backup.format;

import java.util.Base64;
import java.util.regex.Pattern;

/**
 * A data key that only the holder of a master key can read.
 *
 * @param masterKey the name of the key that wrapped it, 1 to 64 letters, digits and {@code ._-}
 * @param bytes in base64
 */
public record WrappedKey(String masterKey, String bytes) {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");
  private static final int CHARACTERS_MAX = 4_096;

  /** Checks the form. */
  public WrappedKey {
    if (!isName(masterKey)) {
      throw new IllegalArgumentException("not a master key's name: '" + masterKey + "'");
    }
    if (bytes.length() > CHARACTERS_MAX) {
      throw new IllegalArgumentException("a wrapped key of " + bytes.length() + " characters");
    }
    Base64.getDecoder().decode(bytes);
  }

  /** Whether a master key may be called so. */
  public static boolean isName(String name) {
    return NAME.matcher(name).matches();
  }
}

package io.reseed.backup.encryption;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * A key for AES-256-GCM. What is sealed is followed by a tag of 16 bytes, and bound to a context
 * that is not stored with it. Safe for many threads.
 */
public final class DataKey {
  /** How much longer something is when it is sealed. */
  public static final int TAG_BYTES = 16;

  static final int NONCE_BYTES = 12;
  private static final int KEY_BYTES = 32;
  private static final int TAG_BITS = 128;

  private final SecretKeySpec key;

  private DataKey(byte[] bytes) {
    if (bytes.length != KEY_BYTES) {
      throw new IllegalArgumentException("a key must have 32 bytes, not " + bytes.length);
    }
    key = new SecretKeySpec(bytes, "AES");
  }

  /** A key of these 32 bytes. */
  public static DataKey of(byte[] bytes) {
    return new DataKey(bytes);
  }

  /** The bytes of a new key. */
  public static byte[] newBytes() {
    return random(KEY_BYTES);
  }

  static byte[] random(int count) {
    byte[] bytes = new byte[count];
    new SecureRandom().nextBytes(bytes);
    return bytes;
  }

  /**
   * Encrypts all that remains of {@code plain} into {@code target}.
   *
   * @param nonce 12 bytes; never twice with one key
   */
  public void seal(byte[] nonce, String context, ByteBuffer plain, ByteBuffer target) {
    try {
      cipher(Cipher.ENCRYPT_MODE, nonce, context).doFinal(plain, target);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a cipher that was made for this refuses it", e);
    }
  }

  /**
   * Decrypts all that remains of {@code sealed} into {@code target}.
   *
   * @return what is wrong; empty when it was sealed with this key, nonce and context
   */
  public Optional<String> open(byte[] nonce, String context, ByteBuffer sealed, ByteBuffer target) {
    try {
      cipher(Cipher.DECRYPT_MODE, nonce, context).doFinal(sealed, target);
      return Optional.empty();
    } catch (AEADBadTagException e) {
      return Optional.of("it does not decrypt (" + e.getMessage() + ")");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a cipher that was made for this refuses it", e);
    }
  }

  private Cipher cipher(int mode, byte[] nonce, String context) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(context.getBytes(StandardCharsets.UTF_8));
    return cipher;
  }
}

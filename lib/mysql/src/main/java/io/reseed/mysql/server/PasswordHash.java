package io.reseed.mysql.server;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * What caching_sha2_password keeps of a password: SHA-256 crypt, 10,000 rounds, 20 characters of
 * salt. With it an account gets a password and no statement, log or file holds that.
 */
final class PasswordHash {
  private static final int ROUNDS = 10_000;
  private static final String ROUNDS_IN_THOUSANDS = "00A";
  private static final int SALT_LENGTH = 20;
  private static final String DIGITS =
      "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

  private PasswordHash() {}

  /** For {@code IDENTIFIED WITH caching_sha2_password AS}, as a hexadecimal literal. */
  static String literal(String password) {
    SecureRandom random = new SecureRandom();
    StringBuilder salt = new StringBuilder();
    for (int i = 0; i < SALT_LENGTH; i++) {
      salt.append(DIGITS.charAt(random.nextInt(DIGITS.length())));
    }
    String hash = hash(password, salt.toString());
    return "0x" + HexFormat.of().formatHex(hash.getBytes(StandardCharsets.US_ASCII));
  }

  static String hash(String password, String salt) {
    byte[] key = password.getBytes(StandardCharsets.UTF_8);
    return "$A$"
        + ROUNDS_IN_THOUSANDS
        + "$"
        + salt
        + encoded(crypt(key, salt.getBytes(StandardCharsets.US_ASCII)));
  }

  /** Ulrich Drepper's "Unix crypt using SHA-256 and SHA-512". */
  private static byte[] crypt(byte[] key, byte[] salt) {
    byte[] inner = digest(key, salt, key);
    MessageDigest outer = sha256();
    outer.update(key);
    outer.update(salt);
    outer.update(repeated(inner, key.length));
    for (int bits = key.length; bits > 0; bits >>= 1) {
      outer.update((bits & 1) == 1 ? inner : key);
    }
    byte[] result = outer.digest();
    byte[] keys = repeated(digestOf(key, key.length), key.length);
    byte[] salts = repeated(digestOf(salt, 16 + Byte.toUnsignedInt(result[0])), salt.length);
    for (int round = 0; round < ROUNDS; round++) {
      result = round(round, result, keys, salts);
    }
    return result;
  }

  private static byte[] round(int round, byte[] result, byte[] keys, byte[] salts) {
    boolean odd = round % 2 == 1;
    MessageDigest next = sha256();
    next.update(odd ? keys : result);
    if (round % 3 != 0) {
      next.update(salts);
    }
    if (round % 7 != 0) {
      next.update(keys);
    }
    next.update(odd ? result : keys);
    return next.digest();
  }

  private static byte[] digestOf(byte[] bytes, int times) {
    MessageDigest digest = sha256();
    for (int i = 0; i < times; i++) {
      digest.update(bytes);
    }
    return digest.digest();
  }

  private static byte[] digest(byte[]... parts) {
    MessageDigest digest = sha256();
    Arrays.stream(parts).forEach(digest::update);
    return digest.digest();
  }

  private static byte[] repeated(byte[] bytes, int length) {
    byte[] all = new byte[length];
    for (int i = 0; i < length; i++) {
      all[i] = bytes[i % bytes.length];
    }
    return all;
  }

  /** Each three bytes as four digits, in crypt's own order: a third of the digest lies between. */
  private static String encoded(byte[] digest) {
    StringBuilder text = new StringBuilder();
    int[] at = {0, 10, 20};
    for (int i = 0; i < 10; i++) {
      append(text, group(digest[at[0]], digest[at[1]], digest[at[2]]), 4);
      at = new int[] {at[2] + 1, at[0] + 1, at[1] + 1};
    }
    append(text, group((byte) 0, digest[31], digest[30]), 3);
    return text.toString();
  }

  private static int group(byte high, byte middle, byte low) {
    return (Byte.toUnsignedInt(high) << 16)
        | (Byte.toUnsignedInt(middle) << 8)
        | Byte.toUnsignedInt(low);
  }

  private static void append(StringBuilder text, int group, int digits) {
    for (int i = 0; i < digits; i++) {
      text.append(DIGITS.charAt((group >> (6 * i)) & 0x3f));
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }
}

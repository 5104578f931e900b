package io.reseed.backup.format;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;

/**
 * A SHA-256, kept in four longs: a manifest may hold millions.
 *
 * @param a bytes 0 to 7, big-endian
 * @param b bytes 8 to 15
 * @param c bytes 16 to 23
 * @param d bytes 24 to 31
 */
public record Sha256(long a, long b, long c, long d) {
  private static final int BYTES = 32;

  /** Hashes the rest of the buffer, whose position moves to its limit. */
  public static Sha256 of(ByteBuffer bytes) {
    MessageDigest digest = digest();
    digest.update(bytes);
    return from(ByteBuffer.wrap(digest.digest()));
  }

  /** Hashes the bytes. */
  public static Sha256 of(byte[] bytes) {
    return of(ByteBuffer.wrap(bytes));
  }

  /** Reads 64 lower-case hexadecimal digits. */
  public static Sha256 parse(String hex) {
    if (hex.length() != BYTES * 2 || !hex.equals(hex.toLowerCase(Locale.ROOT))) {
      throw new IllegalArgumentException("not a SHA-256 in lower-case hex");
    }
    return from(ByteBuffer.wrap(HexFormat.of().parseHex(hex)));
  }

  private static Sha256 from(ByteBuffer hash) {
    return new Sha256(hash.getLong(), hash.getLong(), hash.getLong(), hash.getLong());
  }

  private static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  @Override
  public String toString() {
    ByteBuffer hash = ByteBuffer.allocate(BYTES).putLong(a).putLong(b).putLong(c).putLong(d);
    return HexFormat.of().formatHex(hash.array());
  }
}

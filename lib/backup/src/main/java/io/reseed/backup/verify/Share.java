package io.reseed.backup.verify;

import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/**
 * One of several parts of all packs, by their names: a pack is in the same one each time, whatever
 * packs come and go. All of them in turn have every pack once.
 *
 * @param number which one, from 1
 * @param of how many there are, at most 100,000
 */
public record Share(int number, int of) {
  /** Every pack. */
  public static final Share ALL = new Share(1, 1);

  private static final int OF_MAX = 100_000;

  /** Checks the bounds. */
  public Share {
    if (of < 1 || of > OF_MAX || number < 1 || number > of) {
      throw new IllegalArgumentException(
          "a share must be n/t with 1 <= n <= t <= " + OF_MAX + ": " + number + "/" + of);
    }
  }

  /** Reads {@code n/t}. */
  public static Share parse(String text) {
    String[] parts = text.split("/", -1);
    if (parts.length != 2 || !parts[0].matches("\\d{1,6}") || !parts[1].matches("\\d{1,6}")) {
      throw new IllegalArgumentException("a share must look like 3/30: '" + text + "'");
    }
    return new Share(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]));
  }

  /** Whether a pack of that name is in it. */
  public boolean has(String packName) {
    CRC32 crc = new CRC32();
    crc.update(packName.getBytes(StandardCharsets.US_ASCII));
    return crc.getValue() % of == number - 1;
  }

  @Override
  public String toString() {
    return number + "/" + of;
  }
}

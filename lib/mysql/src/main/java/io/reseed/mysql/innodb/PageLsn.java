package io.reseed.mysql.innodb;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** The log position up to which a page holds every change. */
public final class PageLsn {
  private static final int LSN_AT = 16;
  private static final int HEADER_BYTES = 38;
  private static final VarHandle BIG_ENDIAN_LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private PageLsn() {}

  /**
   * What the header of the page that begins at {@code from} says; 0 for a page that was never
   * written, and where no whole header is.
   *
   * @param length of what is in {@code bytes}
   */
  public static long of(byte[] bytes, int from, int length) {
    return length - from < HEADER_BYTES ? 0 : (long) BIG_ENDIAN_LONG.get(bytes, from + LSN_AT);
  }
}

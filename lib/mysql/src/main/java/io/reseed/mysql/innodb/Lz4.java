package io.reseed.mysql.innodb;

import java.nio.ByteBuffer;

/** Expands one LZ4 block. */
final class Lz4 {
  private static final int NIBBLE_MAX = 15;
  private static final int BYTE_MAX = 255;
  private static final int MATCH_MIN = 4;

  private Lz4() {}

  /** Fills {@code out}; false when the block is none, or does not fit. */
  static boolean expand(ByteBuffer in, ByteBuffer out) {
    int begin = out.position();
    while (in.hasRemaining()) {
      int token = Byte.toUnsignedInt(in.get());
      int literals = length(in, token >> 4);
      if (literals < 0 || literals > in.remaining() || literals > out.remaining()) {
        return false;
      }
      out.put(in.slice(in.position(), literals));
      in.position(in.position() + literals);
      if (!in.hasRemaining()) {
        return true; // the last sequence has no match
      }
      if (in.remaining() < Short.BYTES) {
        return false;
      }
      int back = Byte.toUnsignedInt(in.get()) | Byte.toUnsignedInt(in.get()) << 8;
      int match = length(in, token & NIBBLE_MAX) + MATCH_MIN;
      int from = out.position() - back;
      if (back == 0 || from < begin || match < MATCH_MIN || match > out.remaining()) {
        return false;
      }
      for (int i = 0; i < match; i++) {
        out.put(out.get(from + i)); // the match may reach into what it writes
      }
    }
    return false;
  }

  /** Below −4 when the block ends too early. */
  private static int length(ByteBuffer in, int nibble) {
    int length = nibble;
    int next = nibble == NIBBLE_MAX ? BYTE_MAX : 0;
    while (next == BYTE_MAX) {
      if (!in.hasRemaining()) {
        return -MATCH_MIN - 1;
      }
      next = Byte.toUnsignedInt(in.get());
      length += next;
    }
    return length;
  }
}

package io.reseed.mysql.innodb;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Where a tablespace's bytes come from, if not from a file of this machine. */
public interface TablespaceBytes {
  /** How long the tablespace's file is. */
  long size() throws IOException;

  /**
   * Reads a piece; may be asked for the same again.
   *
   * @return {@code count} bytes from {@code position} on, fewer only where the file ends
   */
  ByteBuffer read(long position, int count) throws IOException;
}

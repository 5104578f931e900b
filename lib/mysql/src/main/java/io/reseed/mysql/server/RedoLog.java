package io.reseed.mysql.server;

import io.reseed.fleet.FailureCode;
import io.reseed.mysql.MysqlException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * What the files of a stopped server say about its redo log.
 *
 * @param checkpointLsn the latest checkpoint in any redo file
 * @param endsAtCheckpoint whether the log's last block ends there
 * @param flushLsn the LSN in the first page of the system tablespace, written by a complete
 *     shutdown only
 */
record RedoLog(long checkpointLsn, boolean endsAtCheckpoint, long flushLsn) {
  private static final int FORMAT = 6;
  private static final int BLOCK = 512;
  private static final int HEADER = 4 * BLOCK;
  private static final int[] CHECKPOINT_BLOCKS = {BLOCK, 3 * BLOCK};
  private static final int LSN_OFFSET = 8;
  private static final int BLOCK_HEADER = 12;
  private static final int LENGTH_OFFSET = 4;
  private static final int LENGTH_MASK = 0x7FFF;
  private static final long BLOCK_NUMBER_MASK = 0x3FFF_FFFFL;
  private static final int FLUSH_LSN_OFFSET = 26;

  static RedoLog read(Path logHome, Path systemTablespace) {
    try {
      long checkpoint = -1;
      boolean ends = false;
      try (DirectoryStream<Path> files =
          Files.newDirectoryStream(logHome.resolve("#innodb_redo"), "#ib_redo*[0-9]")) {
        for (Path file : files) {
          long found = checkpoint(file);
          if (found > checkpoint) {
            checkpoint = found;
            ends = endsAt(file, found);
          }
        }
      }
      if (checkpoint < 0) {
        throw new MysqlException(
            FailureCode.UNCLEAN_STOP, "no checkpoint in the redo log of " + logHome);
      }
      return new RedoLog(checkpoint, ends, flushLsn(systemTablespace));
    } catch (IOException e) {
      throw Folders.failed("read the redo log of", logHome, e);
    }
  }

  /** The later of the file's two checkpoints that lies in this file; -1 for none. */
  private static long checkpoint(Path file) throws IOException {
    ByteBuffer header = bytes(file, 0, HEADER);
    int format = header.getInt(0);
    if (format != FORMAT) {
      throw new MysqlException(
          FailureCode.UNCLEAN_STOP,
          "redo log format %d in %s: no rule here".formatted(format, file));
    }
    long start = header.getLong(LSN_OFFSET);
    long latest = -1;
    for (int block : CHECKPOINT_BLOCKS) {
      long lsn = header.getLong(block + LSN_OFFSET);
      if (lsn >= start && lsn < start + Files.size(file) - HEADER) {
        latest = Math.max(latest, lsn);
      }
    }
    return latest;
  }

  private static boolean endsAt(Path file, long lsn) throws IOException {
    long start = bytes(file, 0, BLOCK).getLong(LSN_OFFSET);
    ByteBuffer block = bytes(file, HEADER + (lsn - start) / BLOCK * BLOCK, BLOCK_HEADER);
    long number = block.getInt(0) & BLOCK_NUMBER_MASK;
    long expected = ((lsn / BLOCK) & BLOCK_NUMBER_MASK) + 1;
    int used = block.getShort(LENGTH_OFFSET) & LENGTH_MASK;
    int within = (int) (lsn % BLOCK);
    // A log that ended with a full block has not begun the next one, whose old content stays.
    return number == expected ? used == within : within == BLOCK_HEADER;
  }

  private static long flushLsn(Path systemTablespace) throws IOException {
    return bytes(systemTablespace, 0, BLOCK).getLong(FLUSH_LSN_OFFSET);
  }

  private static ByteBuffer bytes(Path file, long position, int count) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(count);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      while (buffer.hasRemaining()) {
        if (channel.read(buffer, position + buffer.position()) < 0) {
          throw new EOFException(file + " ends at " + channel.size());
        }
      }
    }
    return buffer.flip();
  }
}

package io.reseed.mysql.server;

import io.reseed.fleet.FailureCode;
import io.reseed.fleet.ServerAddress;
import io.reseed.mysql.MysqlException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * The evidence of a complete shutdown. Three things together are the proof, since each alone can
 * lie:
 *
 * <ol>
 *   <li>the process is gone;
 *   <li>the error log has "ready for connections" and then "Shutdown complete" after the last start
 *       (messages MY-010931 and MY-010910; a start that aborts prints the second one, too);
 *   <li>InnoDB's files agree that nothing is to be recovered: the redo log ends exactly at its last
 *       checkpoint, which is the flush LSN in the system tablespace's first page. (A server with
 *       innodb_fast_shutdown=2 says "Shutdown complete" and leaves redo to apply.)
 * </ol>
 *
 * The layout of redo files and of the first page is that of MySQL's source, log0constants.h and
 * fil0types.h, format 6 (8.0.30 and later); an unknown format is no proof.
 *
 * @param shutdownCompleteLine the error log's line
 * @param checkpointLsn where the redo log ends
 */
public record CleanStop(String shutdownCompleteLine, long checkpointLsn) {

  /** The settings say where redo log and system tablespace lie. */
  static CleanStop prove(
      ServerAddress address, ErrorLog log, Path data, Map<String, String> settings) {
    Optional<String> line = log.shutdownAfterLastStart();
    if (line.isEmpty()) {
      throw unclean(address, "no complete shutdown in " + log.file() + " after the last start");
    }
    Path logHome = data.resolve(settings.getOrDefault("innodb_log_group_home_dir", ""));
    RedoLog redo = RedoLog.read(logHome, SystemTablespace.firstFile(data, settings));
    if (!redo.endsAtCheckpoint()) {
      throw unclean(
          address, "the redo log goes on after its checkpoint at LSN " + redo.checkpointLsn());
    }
    if (redo.flushLsn() != redo.checkpointLsn()) {
      throw unclean(
          address,
          "the system tablespace was flushed at LSN %d, the checkpoint is at %d"
              .formatted(redo.flushLsn(), redo.checkpointLsn()));
    }
    return new CleanStop(line.get(), redo.checkpointLsn());
  }

  private static MysqlException unclean(ServerAddress address, String why) {
    return new MysqlException(
        FailureCode.UNCLEAN_STOP, "no proof that " + address + " stopped cleanly: " + why);
  }
}

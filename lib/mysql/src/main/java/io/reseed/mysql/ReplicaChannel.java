package io.reseed.mysql;

import io.reseed.fleet.ServerAddress;
import io.reseed.mysql.gtid.GtidSet;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The state of a replica's default channel.
 *
 * @param source the configured source; empty where what is configured is no address
 * @param sourceUuid the source's uuid as last seen, empty before the first connection
 * @param user the replication account
 * @param autoPosition whether GTID auto-positioning is on
 * @param receiver the I/O thread
 * @param applierRunning whether the coordinator (and so its workers) run
 * @param receiverError the I/O thread's last error, empty after it was mended
 * @param applierError the applier's last error, a worker's before the coordinator's
 * @param retrieved fetched by this channel since its relay logs were made
 * @param lagMillis how old the oldest transaction is that is not applied yet, by the commit time on
 *     the server where it was written: an estimate that depends on the machines' clocks; 0 when all
 *     that was fetched is applied; empty when a thread does not run
 */
public record ReplicaChannel(
    Optional<ServerAddress> source,
    String sourceUuid,
    String user,
    boolean autoPosition,
    ReceiverState receiver,
    boolean applierRunning,
    Optional<ReplicationError> receiverError,
    Optional<ReplicationError> applierError,
    GtidSet retrieved,
    OptionalLong lagMillis) {

  /** Whether that server is the configured source, by its address. */
  public boolean isFrom(ServerAddress server) {
    return source.equals(Optional.of(server));
  }

  /** Both threads run and the receiver is connected. Connecting is not healthy. */
  public boolean running() {
    return receiver == ReceiverState.RUNNING && applierRunning;
  }

  /** The error to report: the applier's, otherwise the receiver's. */
  public Optional<ReplicationError> error() {
    return applierError.or(() -> receiverError);
  }

  /** The I/O thread's state. */
  public enum ReceiverState {
    RUNNING,
    CONNECTING,
    STOPPED
  }
}

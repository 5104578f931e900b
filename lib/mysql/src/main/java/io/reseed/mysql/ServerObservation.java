package io.reseed.mysql;

import io.reseed.fleet.ServerAddress;
import io.reseed.mysql.gtid.GtidSet;
import java.util.List;
import java.util.Optional;

/**
 * One look at a server; its parts were read one after the other, executed set last, so {@code
 * gtidExecuted} is never older than the rest.
 *
 * @param address as asked
 * @param serverUuid {@code @@server_uuid}
 * @param serverId {@code @@server_id}
 * @param version such as {@code 9.7.4}
 * @param replication the default channel, when one is configured
 * @param connectedReplicas those that fetch binlogs right now
 * @param partialReasons why it is no full copy of what its source has, or passes less on to its
 *     replicas: filters, a delay, several channels; empty for a whole one
 */
public record ServerObservation(
    ServerAddress address,
    String serverUuid,
    long serverId,
    String version,
    boolean readOnly,
    boolean superReadOnly,
    GtidSet gtidExecuted,
    GtidSet gtidPurged,
    Optional<ReplicaChannel> replication,
    List<ConnectedReplica> connectedReplicas,
    List<String> partialReasons) {

  /** Copies the lists. */
  public ServerObservation {
    partialReasons = List.copyOf(partialReasons);
    connectedReplicas = List.copyOf(connectedReplicas);
  }

  /** Executed and retrieved: what this server has or will have without any other's help. */
  public GtidSet gtidKnown() {
    return replication.map(channel -> channel.retrieved().union(gtidExecuted)).orElse(gtidExecuted);
  }

  /** True when a client with ordinary privileges can write. */
  public boolean writable() {
    return !readOnly && !superReadOnly;
  }

  /**
   * A replica that is connected to the observed server.
   *
   * @param host its report_host, or where it connects from when it reports none
   * @param port its report_port
   */
  public record ConnectedReplica(String host, int port, String serverUuid, long serverId) {
    /** Where it says that it listens; empty when that is no address. */
    public Optional<ServerAddress> address() {
      return ServerAddress.reported(host, port);
    }
  }
}

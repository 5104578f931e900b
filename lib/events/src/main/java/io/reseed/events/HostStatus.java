package io.reseed.events;

import io.reseed.events.rule.Check;
import io.reseed.fleet.ServerAddress;
import io.reseed.fleet.ShardName;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one host can take and holds, written by its restore-service every few seconds and at every
 * change. A host whose heartbeat is old is not placed upon.
 *
 * @param host the host's name, the record's key
 * @param zone failure domain; replicas prefer zones that the shard does not use yet
 * @param address where servers on this host listen
 * @param bytesFree free disk less the reserve that the host's configuration keeps
 * @param slots how many servers the host may hold
 * @param servers the servers that it holds now, also unfinished ones
 * @param sequence grows with every record of this host's agent
 * @param heartbeatAt the host's clock, for people; readers judge age by when they received it
 * @param identity of the folder that its servers lie in, made once in it; absent from agents of
 *     0.1.0
 */
public record HostStatus(
    String host,
    Pool pool,
    String zone,
    String address,
    long bytesFree,
    int slots,
    List<HeldServer> servers,
    long sequence,
    Instant heartbeatAt,
    @Nullable String identity)
    implements Event {

  /** What a host's servers are for. */
  public enum Pool {
    /** Holds replicas of the fleet. */
    REPLICA,
    /** Holds the dedicated servers of the backup pipeline. */
    BACKUP
  }

  /** How far a held server is. */
  public enum HeldState {
    /** Being restored, or not yet started. */
    MAKING,
    /** Running and fenced; catch-up and what follows are others' work. */
    RESTORED,
    /** Handed over to the fleet: the agent never removes it by itself. */
    KEPT,
    /** Its process died or the job failed; waits for the coordinator's decision. */
    FAILED
  }

  /**
   * One server on the host.
   *
   * @param server where it listens, once a port is chosen
   */
  public record HeldServer(
      ShardName shard,
      String seeding,
      int attempt,
      HeldState state,
      @Nullable ServerAddress server) {
    /** Checks presence. */
    public HeldServer {
      Check.present("servers.shard", shard);
      Check.name("servers.seeding", seeding);
      Check.atLeast("servers.attempt", 1, attempt);
      Check.present("servers.state", state);
    }
  }

  /** Checks presence and bounds. */
  public HostStatus {
    Check.name("host", host);
    Check.present("pool", pool);
    Check.name("zone", zone);
    address = ServerAddress.requireHost("address", Check.present("address", address));
    Check.within("slots", 0, 1_000, slots);
    servers = Check.atMost("servers", 1_000, servers);
    Check.atLeast("sequence", 0, sequence);
    Check.present("heartbeatAt", heartbeatAt);
    Check.optionalName("identity", identity);
  }

  /**
   * Whether both may have come from one host: two folders, or two addresses, under one name are two
   * hosts. Who names no identity is told by its address alone.
   */
  public boolean mayShareHostWith(HostStatus other) {
    return host.equals(other.host)
        && address.equalsIgnoreCase(other.address)
        && (identity == null || other.identity == null || identity.equals(other.identity));
  }

  /** Address and identity, for people. */
  public String shownPlace() {
    return address + (identity == null ? "" : " (" + identity + ")");
  }

  /** Slots that hold no server. */
  public int slotsFree() {
    return Math.max(0, slots - servers.size());
  }

  @Override
  public Topic topic() {
    return Topic.HOST_STATUS;
  }

  @Override
  public String key() {
    return host;
  }
}

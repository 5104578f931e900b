package io.reseed.failover.machine;

import io.reseed.fleet.ServerAddress;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What came of probing one server. */
public sealed interface ProbeResult {
  ServerAddress server();

  /**
   * The server answered.
   *
   * @param uuid its server_uuid
   * @param writable neither read_only nor super_read_only
   * @param superReadOnly not even an administrator's mistake can write
   * @param channel its replication, if any is configured
   * @param replicas who fetches from it right now, without servers in the making
   * @param lacks for a writable server: per other server that answered, the transactions that it
   *     executed or retrieved and this one has not executed
   * @param differences for a writable server: per other server, what that one has otherwise than
   *     this one; without those of which it is not known
   * @param partialReasons why it is no full copy, though it may have executed the same transactions
   */
  record Answered(
      ServerAddress server,
      String uuid,
      boolean writable,
      boolean superReadOnly,
      @Nullable Channel channel,
      List<ServerAddress> replicas,
      Map<ServerAddress, String> lacks,
      Map<ServerAddress, Differences> differences,
      List<String> partialReasons)
      implements ProbeResult {
    public Answered {
      partialReasons = List.copyOf(partialReasons);
      replicas = List.copyOf(replicas);
      lacks = Map.copyOf(lacks);
      differences = Map.copyOf(differences);
    }

    /** Clients can write to it and it fetches from nobody. */
    public boolean acceptsWrites() {
      return writable && (channel == null || channel.receiver() == Receiver.STOPPED);
    }

    /** Nothing keeps rows from it, or from those that it feeds. */
    boolean isFullCopy() {
      return partialReasons.isEmpty();
    }

    /** It receives from the source right now. */
    boolean receivesFrom(ServerAddress source, @Nullable ProbeResult sourceProbe) {
      return channel != null
          && channel.receiver() == Receiver.RUNNING
          && channel.leadsTo(source, sourceProbe);
    }

    /** It receives right now from the server of that UUID, by whichever name it knows it. */
    boolean receivesFrom(String uuid) {
      return channel != null
          && channel.receiver() == Receiver.RUNNING
          && channel.sourceUuid().equals(uuid);
    }

    /** It receives from the source and applies. */
    public boolean replicatesFrom(ServerAddress source, @Nullable ProbeResult sourceProbe) {
      return receivesFrom(source, sourceProbe) && channel != null && channel.applierRunning();
    }
  }

  /**
   * The server could not be observed: it did not answer, or not in a way that says how it is.
   *
   * @param listens something did answer there, so that it must not be held for dead
   */
  record Unobserved(ServerAddress server, boolean listens, String reason) implements ProbeResult {}

  /** The state of a replica's receiver. */
  enum Receiver {
    RUNNING,
    CONNECTING,
    STOPPED
  }

  /**
   * A replica's channel.
   *
   * @param source as it is configured; null where that is no address
   * @param sourceUuid of the source it last met; empty before that
   * @param error the replication error, if there is one
   */
  record Channel(
      @Nullable ServerAddress source,
      String sourceUuid,
      Receiver receiver,
      boolean applierRunning,
      @Nullable Long lagMillis,
      @Nullable String error) {

    /** Whether the source is meant, also when the replica knows it by another name. */
    private boolean leadsTo(ServerAddress address, @Nullable ProbeResult probed) {
      return address.equals(source)
          || (!sourceUuid.isEmpty()
              && probed instanceof Answered answered
              && answered.uuid().equals(sourceUuid));
    }
  }
}

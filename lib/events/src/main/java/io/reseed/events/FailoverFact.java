package io.reseed.events;

import io.reseed.events.rule.Check;
import io.reseed.fleet.Failure;
import io.reseed.fleet.ServerAddress;
import io.reseed.fleet.ShardName;
import org.jspecify.annotations.Nullable;

/**
 * What the failover-detector alone tells the world, once each: what it decided, which servers are
 * in service and which are not any more, and what became of a claim.
 */
public sealed interface FailoverFact extends Event {
  /** The shard that it is about. */
  ShardName shard();

  @Override
  default String key() {
    return shard().toString();
  }

  /**
   * A shard is short of a replica and a seeding was assigned to make one.
   *
   * @param seeding the id under which the work can be followed
   * @param reason why the replica is missing, for people
   */
  record ReplicaRequested(
      ShardName shard,
      String seeding,
      String reason,
      ServerAddress primary,
      int replicasHealthy,
      int replicasDesired)
      implements FailoverFact {
    /** Checks presence and bounds. */
    public ReplicaRequested {
      Check.present("shard", shard);
      Check.name("seeding", seeding);
      Check.text("reason", reason);
      Check.present("primary", primary);
      Check.atLeast("replicasHealthy", 0, replicasHealthy);
      Check.atLeast("replicasDesired", 0, replicasDesired);
    }

    @Override
    public Topic topic() {
      return Topic.REPLICA_REQUESTED;
    }
  }

  /**
   * A replica is the fleet's: it caught up, the detector saw it replicate, and Reseed never touches
   * it again. Or one that a {@link ServerWithdrawn} took out does its work again.
   *
   * @param source whom it replicates from: the shard's primary
   * @param seeding by which it was made; absent for one that returned, as are attempt, host and
   *     backup
   */
  record ReplicaHandedOver(
      ShardName shard,
      ServerAddress server,
      ServerAddress source,
      ReplicaHandedOver.Cause cause,
      @Nullable String seeding,
      @Nullable Integer attempt,
      @Nullable String host,
      @Nullable String backup)
      implements FailoverFact {

    /** Why the server is in service from now on. */
    public enum Cause {
      /** Reseed made it. */
      MADE,
      /** It was withdrawn as lost, nothing took its place yet, and it does its work again. */
      RETURNED
    }

    /** Checks presence and bounds. */
    public ReplicaHandedOver {
      Check.present("shard", shard);
      Check.present("server", server);
      Check.present("source", source);
      Check.present("cause", cause);
      Check.optionalName("seeding", seeding);
      if (attempt != null) {
        Check.atLeast("attempt", 1, attempt);
      }
      Check.optionalName("host", host);
      Check.optionalName("backup", backup);
    }

    @Override
    public Topic topic() {
      return Topic.REPLICA_HANDED_OVER;
    }
  }

  /**
   * A server is to be taken out of all pools: it does not do its work.
   *
   * @param detail what was seen of it, for people
   * @param primary the shard's primary now
   */
  record ServerWithdrawn(
      ShardName shard,
      ServerAddress server,
      ServerWithdrawn.Cause cause,
      String detail,
      @Nullable ServerAddress primary)
      implements FailoverFact {

    /** Why the server is out of service from now on. */
    public enum Cause {
      /** A replica did not do its work for so long that another is made. */
      LOST,
      /** It was the primary, and another took its place. */
      SUCCEEDED
    }

    /** Checks presence and bounds. */
    public ServerWithdrawn {
      Check.present("shard", shard);
      Check.present("server", server);
      Check.present("cause", cause);
      Check.text("detail", detail);
    }

    @Override
    public Topic topic() {
      return Topic.SERVER_WITHDRAWN;
    }
  }

  /**
   * What became of a claim that a primary failed. Each claim has one final answer; while somebody
   * is waited for there is one that says so, and another when that is somebody else.
   *
   * @param claim the CloudEvents id of the {@code primary-failed}, cut to 200 characters
   * @param claimSource its CloudEvents source, cut likewise
   * @param failed as claimed
   * @param promoted as claimed
   * @param incident the publisher's id of the recovery, if the claim has one
   * @param publisher as claimed
   * @param detail one sentence for people
   * @param primary the shard's verified primary, if there is one
   * @param failure what is waited for and what to do, where somebody must act
   */
  record ClaimAnswered(
      ShardName shard,
      String claim,
      String claimSource,
      ServerAddress failed,
      @Nullable ServerAddress promoted,
      @Nullable String incident,
      String publisher,
      Outcome outcome,
      String detail,
      @Nullable ServerAddress primary,
      @Nullable Failure failure)
      implements FailoverFact {

    /** What became of it; all but {@link #WAITING} are final. */
    public enum Outcome {
      /** Another server is the verified primary: see {@code primary}. */
      SUCCEEDED,
      /** The server is the primary, answers and accepts writes. */
      REFUTED,
      /** It is about no primary of the shard, or nobody cares for the shard; nothing follows. */
      IGNORED,
      /** It is believed or looked into, and not decided yet; another answer follows. */
      WAITING
    }

    /** Checks presence and bounds. */
    public ClaimAnswered {
      Check.present("shard", shard);
      Check.text("claim", claim);
      Check.text("claimSource", claimSource);
      Check.present("failed", failed);
      Check.optionalText("incident", incident);
      Check.name("publisher", publisher);
      Check.present("outcome", outcome);
      Check.text("detail", detail);
    }

    @Override
    public Topic topic() {
      return Topic.CLAIM_ANSWERED;
    }
  }
}

package io.reseed.events;

import io.reseed.events.rule.Check;
import io.reseed.fleet.Failure;
import io.reseed.fleet.ServerAddress;
import io.reseed.fleet.SettingDifference;
import io.reseed.fleet.ShardName;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The current status of a shard as the failover-detector sees it.
 *
 * @param condition the one word for it
 * @param headline one sentence for people
 * @param failure what keeps the shard from being repaired and what to do, if something does
 * @param primary the verified primary, if there is one
 * @param seedings replicas in the making
 * @param updatedAt when the servers were last observed, by the detector's clock: what the status
 *     says of them is of that moment, however often it is published
 */
public record ShardStatus(
    ShardName shard,
    Condition condition,
    String headline,
    @Nullable Failure failure,
    @Nullable ServerAddress primary,
    int replicasDesired,
    List<Member> members,
    List<Seeding> seedings,
    Instant updatedAt)
    implements Event {

  /** The one word for a shard's state. */
  public enum Condition {
    /** Events came for a shard that nobody declared. */
    UNDECLARED,
    /** The primary serves and all desired replicas replicate from it. */
    WHOLE,
    /** There is no verified primary. */
    NO_PRIMARY,
    /** Replicas are missing and one is being made. */
    REPAIRING,
    /**
     * Replicas are missing and cannot be made now, or the servers cannot be observed; {@code
     * failure} says why and what to do.
     */
    BLOCKED
  }

  /** What a member does in the shard. */
  public enum Role {
    PRIMARY,
    REPLICA
  }

  /** How a member is. */
  public enum Health {
    /** A primary that is writable, or a replica that receives from it and applies. */
    HEALTHY,
    /** Reachable, but not doing its work; the member's note says why. */
    IMPAIRED,
    /** Does not answer. */
    UNREACHABLE
  }

  /**
   * One server of the shard.
   *
   * @param lagMillis for a replica, if known
   * @param note why it is not healthy, if it is not
   * @param differences settings that a replica has otherwise than the primary, as far as they
   *     matter to who would use it in the primary's place; absent where there are none or none are
   *     known
   * @param differencesLeftOut how many more there are; absent where all are listed
   */
  public record Member(
      ServerAddress server,
      Role role,
      Health health,
      @Nullable Long lagMillis,
      @Nullable String note,
      @Nullable List<SettingDifference> differences,
      @Nullable Integer differencesLeftOut) {
    private static final int DIFFERENCES_MAX = 100;

    /** Checks presence. */
    public Member {
      Check.present("members.server", server);
      Check.present("members.role", role);
      Check.present("members.health", health);
      if (lagMillis != null) {
        Check.atLeast("members.lagMillis", 0, lagMillis);
      }
      Check.optionalText("members.note", note);
      if (differences != null) {
        differences = Check.atMost("members.differences", DIFFERENCES_MAX, differences);
      }
      if (differencesLeftOut != null) {
        Check.atLeast("members.differencesLeftOut", 1, differencesLeftOut);
      }
    }
  }

  /** A replica in the making. */
  public record Seeding(String seeding, int attempt, String host, SeedingStage stage) {
    /** Checks presence. */
    public Seeding {
      Check.name("seedings.seeding", seeding);
      Check.atLeast("seedings.attempt", 1, attempt);
      Check.name("seedings.host", host);
      Check.present("seedings.stage", stage);
    }
  }

  /** Checks presence and bounds. */
  public ShardStatus {
    Check.present("shard", shard);
    Check.present("condition", condition);
    Check.text("headline", headline);
    Check.atLeast("replicasDesired", 0, replicasDesired);
    members = Check.atMost("members", 200, members);
    seedings = Check.atMost("seedings", 100, seedings);
    Check.present("updatedAt", updatedAt);
  }

  @Override
  public Topic topic() {
    return Topic.SHARD_STATUS;
  }

  @Override
  public String key() {
    return shard.toString();
  }
}

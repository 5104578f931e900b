package io.reseed.events;

import io.reseed.events.check.CheckPlan;
import io.reseed.events.rule.Check;
import io.reseed.fleet.ServerAddress;
import io.reseed.fleet.ShardName;
import org.jspecify.annotations.Nullable;

/**
 * The assignment of the proof agent of a backup host: a server that was made and caught up there
 * proves the backup it came from, and becomes the next one. There is one only while the same
 * attempt of the seeding is assigned to those who made the server, see {@link SeedingAssigned}.
 *
 * @param checks what goal CHECK covers; absent: {@link CheckPlan#ALL_TABLES}
 */
public record ProofAssigned(
    ShardName shard,
    String seeding,
    int attempt,
    Goal goal,
    String host,
    ServerAddress primary,
    ServerAddress source,
    SeedingOrigin origin,
    @Nullable CheckPlan checks,
    @Nullable String hostIdentity)
    implements Assignment {

  /** What the agent shall reach; one after the other. */
  public enum Goal {
    /** Check the caught-up server, which replicates on. */
    CHECK(SeedingStage.CHECK),
    /** Stop the checked server cleanly and snapshot it as a backup. */
    SNAPSHOT(SeedingStage.SNAPSHOT),
    /** Restore the new backup beside the stopped server, start it and check it. */
    READ_BACK(SeedingStage.READ_BACK);

    private final SeedingStage stage;

    Goal(SeedingStage stage) {
      this.stage = stage;
    }

    /** As reports of the work towards it name it. */
    public SeedingStage stage() {
      return stage;
    }
  }

  /** Checks presence. */
  public ProofAssigned {
    Check.present("shard", shard);
    Check.name("seeding", seeding);
    Check.atLeast("attempt", 1, attempt);
    Check.present("goal", goal);
    Check.name("host", host);
    Check.present("primary", primary);
    Check.present("source", source);
    Check.present("origin", origin);
    Check.optionalName("hostIdentity", hostIdentity);
  }

  /** The first goal, for the server of an attempt that caught up. */
  public static ProofAssigned check(SeedingAssigned caughtUp, CheckPlan checks) {
    return new ProofAssigned(
        caughtUp.shard(),
        caughtUp.seeding(),
        caughtUp.attempt(),
        Goal.CHECK,
        caughtUp.host(),
        caughtUp.primary(),
        caughtUp.source(),
        caughtUp.origin(),
        checks,
        caughtUp.hostIdentity());
  }

  /** This attempt with another goal. */
  public ProofAssigned with(Goal next) {
    return new ProofAssigned(
        shard, seeding, attempt, next, host, primary, source, origin, checks, hostIdentity);
  }

  @Override
  public ProofAssigned repointed(ServerAddress newPrimary, ServerAddress newSource) {
    return new ProofAssigned(
        shard,
        seeding,
        attempt,
        goal,
        host,
        newPrimary,
        newSource,
        origin,
        checks == null ? null : checks.repointed(newPrimary, newSource),
        hostIdentity);
  }

  /** Proofs are all that servers of this purpose are for. */
  @Override
  public SeedingPurpose purpose() {
    return SeedingPurpose.VALIDATION;
  }

  @Override
  public Topic topic() {
    return Topic.PROOF_ASSIGNED;
  }
}

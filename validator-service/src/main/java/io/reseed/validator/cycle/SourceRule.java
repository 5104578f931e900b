package io.reseed.validator.cycle;

import io.reseed.events.CycleKind;
import io.reseed.events.SeedingAssigned;
import io.reseed.events.SeedingAssigned.Goal;
import io.reseed.events.SeedingOrigin;
import io.reseed.events.SeedingPurpose;
import io.reseed.events.check.CheckPlan;
import io.reseed.fleet.ServerAddress;
import io.reseed.validator.cycle.CycleMachine.Steps;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Whom a dedicated server is made and caught up from, and what it is checked for. Pure. */
final class SourceRule {
  /** The data, and what catching up adds. */
  private static final int ROOM_PERCENT = 120;

  /** What a server takes, and its backup restored beside it. */
  private static final int ROOM_PERCENT_READ_BACK = 220;

  private final CyclePolicy policy;

  SourceRule(CyclePolicy policy) {
    this.policy = policy;
  }

  /** Whom to use; empty while a fresh cycle should wait for a replica to clone. */
  Optional<ServerAddress> choose(Steps steps, Plan plan, Topology topology) {
    CycleState state = steps.state();
    List<ServerAddress> replicas = replicas(state, topology);
    if (!replicas.isEmpty()) {
      return plan.leastFailed(replicas);
    }
    boolean primary =
        switch (plan.kind()) {
          case REGULAR, EXAMINATION -> true;
          case FRESH -> mayClonePrimary(state, plan, topology, steps.now());
        };
    return primary ? Optional.ofNullable(topology.primary()) : Optional.empty();
  }

  private List<ServerAddress> replicas(CycleState state, Topology topology) {
    List<ServerAddress> spared = policy.backups(state.schedule().declared()).spared();
    return topology.healthyReplicas().stream().filter(r -> !spared.contains(r)).toList();
  }

  private boolean mayClonePrimary(CycleState state, Plan plan, Topology topology, Instant now) {
    List<ServerAddress> spared = policy.backups(state.schedule().declared()).spared();
    boolean waitedLong =
        topology.replicasDesired() == 0
            || !plan.replicaAwaitedSince().plus(policy.donor().replicaWaitMax()).isAfter(now);
    return policy.donor().primaryAllowed()
        && waitedLong
        && topology.primary() != null
        && !spared.contains(topology.primary());
  }

  CycleEffect.Room room(CycleState state, Plan plan) {
    boolean readBack =
        plan.kind() != CycleKind.EXAMINATION
            && policy.backups(state.schedule().declared()).readBack();
    return new CycleEffect.Room(
        plan.prior().map(Plan.Prior::bytesRaw).orElse(null),
        readBack ? ROOM_PERCENT_READ_BACK : ROOM_PERCENT);
  }

  /** The first assignment of an attempt; empty when its source cannot be used any longer. */
  Optional<SeedingAssigned> assignment(CycleState state, Plan plan, CycleInput.Placed placed) {
    Topology topology = state.topology();
    ServerAddress source = placed.token().source();
    if (topology == null || topology.primary() == null) {
      return Optional.empty();
    }
    if (!replicas(state, topology).contains(source) && !source.equals(topology.primary())) {
      return Optional.empty();
    }
    return Optional.of(
        new SeedingAssigned(
            topology.shard(),
            placed.token().seeding(),
            placed.token().attempt(),
            SeedingPurpose.VALIDATION,
            Goal.MAKE,
            placed.host(),
            topology.primary(),
            source,
            origin(plan, source),
            placed.hostIdentity()));
  }

  private static SeedingOrigin origin(Plan plan, ServerAddress source) {
    return plan.prior()
        .<SeedingOrigin>map(prior -> new SeedingOrigin.Backup(prior.backup()))
        .orElseGet(() -> new SeedingOrigin.Donor(source));
  }

  /**
   * What the server of an attempt is to be checked for; its contents only with a replica's. Of a
   * backup that is said to be bad nothing is left for later cycles.
   */
  CheckPlan checks(CycleState state, SeedingAssigned assignment) {
    CyclePolicy.Backups backups = policy.backups(state.schedule().declared());
    boolean replica = !assignment.source().equals(assignment.primary());
    boolean suspected =
        assignment.origin() instanceof SeedingOrigin.Backup origin
            && state.suspicions().of(origin.backup()).isPresent();
    return new CheckPlan(
        state.schedule().rotation(),
        suspected ? 1 : backups.tableCheckCycles(),
        suspected ? 1 : backups.contentCheckCycles(),
        replica ? List.of(assignment.source()) : List.of());
  }
}

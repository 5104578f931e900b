package io.reseed.failover.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.events.ShardStatus.Condition;
import io.reseed.failover.machine.FailoverEvent.PrimaryFoundDead;
import io.reseed.failover.machine.ProbeResult.Answered;
import io.reseed.failover.machine.ProbeResult.Channel;
import io.reseed.failover.machine.ProbeResult.Receiver;
import io.reseed.fleet.ServerAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A primary that its replicas know by another name than the one that it is declared with. */
class PrimaryNamesTest {
  private static final ServerAddress A = World.at("a");
  private static final ServerAddress ALIAS = World.at("a-internal");

  @Test
  void oneServerUnderTwoNamesIsNotTwoPrimaries() {
    Story story = Story.wholeShard();
    ShardSnapshot aliased = aliased(story.world.snapshot(World.at("a", "b", "c")));
    Map<ServerAddress, ProbeResult> both = new HashMap<>(aliased.probes());
    both.put(ALIAS, named(ALIAS, aliased.answered(A).orElseThrow()));

    PrimarySearch.Outcome outcome =
        PrimarySearch.search(story.shard(), new ShardSnapshot(both, aliased.kept()), null);

    assertThat(outcome)
        .isInstanceOfSatisfying(
            PrimarySearch.Outcome.Found.class, found -> assertThat(found.primary()).isEqualTo(A));
  }

  @Test
  void twoServersAreTwoPrimariesStill() {
    Story story = Story.wholeShard();
    ShardSnapshot aliased = aliased(story.world.snapshot(World.at("a", "b", "c")));
    Map<ServerAddress, ProbeResult> both = new HashMap<>(aliased.probes());
    Answered a = aliased.answered(A).orElseThrow();
    both.put(
        ALIAS,
        new Answered(
            ALIAS, "another", true, false, null, a.replicas(), Map.of(), Map.of(), List.of()));

    assertThat(PrimarySearch.search(story.shard(), new ShardSnapshot(both, Set.of()), null))
        .isInstanceOfSatisfying(
            PrimarySearch.Outcome.None.class,
            none -> assertThat(none.failure().code()).isEqualTo("TWO_PRIMARIES"));
  }

  /** The detector is cut off from the primary alone; the replicas receive from it all the time. */
  @Test
  void aPrimaryFromWhichReplicasReceiveUnderAnotherNameIsNotDead() {
    Story story = Story.wholeShard();
    story.observations(snapshot -> Story.cutOffFrom(A, aliased(snapshot)));

    assertThat(story.decided(PrimaryFoundDead.class)).isEmpty();
    assertThat(story.primary()).contains(A);
    assertThat(story.condition()).isEqualTo(Condition.NO_PRIMARY);
  }

  private static ShardSnapshot aliased(ShardSnapshot snapshot) {
    Map<ServerAddress, ProbeResult> probes = new HashMap<>(snapshot.probes());
    probes.replaceAll(
        (_, probed) ->
            probed instanceof Answered answered && answered.channel() != null
                ? followingAlias(answered, answered.channel())
                : probed);
    return new ShardSnapshot(probes, snapshot.kept());
  }

  private static Answered followingAlias(Answered replica, Channel channel) {
    return new Answered(
        replica.server(),
        replica.uuid(),
        replica.writable(),
        replica.superReadOnly(),
        new Channel(ALIAS, channel.sourceUuid(), Receiver.RUNNING, true, 0L, null),
        replica.replicas(),
        replica.lacks(),
        replica.differences(),
        replica.partialReasons());
  }

  private static Answered named(ServerAddress name, Answered server) {
    return new Answered(
        name,
        server.uuid(),
        server.writable(),
        server.superReadOnly(),
        server.channel(),
        server.replicas(),
        server.lacks(),
        server.differences(),
        server.partialReasons());
  }
}

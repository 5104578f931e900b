package io.reseed.failover.machine;

import io.reseed.events.ShardStatus.Health;
import io.reseed.failover.machine.Membership.Member;
import io.reseed.failover.machine.ProbeResult.Answered;
import io.reseed.failover.machine.ProbeResult.Channel;
import io.reseed.failover.machine.ProbeResult.Receiver;
import io.reseed.failover.machine.ProbeResult.Unobserved;
import io.reseed.fleet.ServerAddress;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Works out how the members are from one observation. Pure. */
final class MemberSurvey {
  private final DeclaredShard shard;
  private final ShardSnapshot snapshot;
  private final Instant now;
  private final Optional<ServerAddress> primary;

  private MemberSurvey(DeclaredShard shard, ShardSnapshot snapshot, Instant now) {
    this.shard = shard;
    this.snapshot = snapshot;
    this.now = now;
    this.primary = shard.leadership().verified();
  }

  /**
   * The membership as the snapshot shows it, with replicas of the primary that were not known yet.
   */
  static Membership survey(DeclaredShard shard, ShardSnapshot snapshot, Instant now) {
    return new MemberSurvey(shard, snapshot, now).result();
  }

  private Membership result() {
    Membership result = shard.membership();
    for (Member member : result.members()) {
      ProbeResult probed = snapshot.of(member.server());
      if (probed != null) {
        result = result.with(judged(member, probed));
      }
    }
    for (ServerAddress joiner : joiners()) {
      Member joined = Member.healthy(joiner);
      result = result.with(joined.differing(differences(joined)));
    }
    if (primary.isEmpty()) {
      return result.rivalledBy(List.of());
    }
    boolean complete = result.replicas(primary).size() >= shard.replicasDesired();
    Instant vacantSince = result.vacantSince() == null ? now : result.vacantSince();
    return result.vacant(complete ? null : vacantSince).rivalledBy(rivals());
  }

  private Member judged(Member member, ProbeResult probed) {
    return switch (probed) {
      case Unobserved unobserved ->
          member.as(Health.UNREACHABLE, null, unobserved.reason(), now).differing(null);
      case Answered answered when primary.equals(Optional.of(member.server())) ->
          judgedPrimary(member, answered).differing(null);
      case Answered answered -> judgedReplica(member, answered).differing(differences(member));
    };
  }

  /** As known before where this look does not show them. */
  private @Nullable Differences differences(Member member) {
    return primary.isEmpty()
        ? null
        : primary
            .flatMap(snapshot::answered)
            .map(answered -> answered.differences().get(member.server()))
            .orElse(member.differences());
  }

  private Member judgedPrimary(Member member, Answered answered) {
    if (!answered.writable()) {
      return member.as(Health.IMPAIRED, null, "accepts no writes", now);
    }
    return answered.isFullCopy()
        ? member.as(Health.HEALTHY, null, null, now)
        : member.as(Health.IMPAIRED, null, partial(answered), now);
  }

  private static String partial(Answered answered) {
    return "no full copy: " + String.join("; ", answered.partialReasons());
  }

  private Member judgedReplica(Member member, Answered answered) {
    if (primary.isEmpty()) {
      return member.as(Health.IMPAIRED, null, "there is no verified primary to follow", now);
    }
    ServerAddress source = primary.get();
    Channel channel = answered.channel();
    boolean replicates = answered.replicatesFrom(source, snapshot.of(source));
    if (replicates && !answered.isFullCopy()) {
      return member.as(Health.IMPAIRED, null, partial(answered), now);
    }
    if (channel != null && replicates) {
      return member.as(Health.HEALTHY, channel.lagMillis(), null, now);
    }
    return member.as(Health.IMPAIRED, null, complaint(answered, source), now);
  }

  private String complaint(Answered answered, ServerAddress source) {
    Channel channel = answered.channel();
    if (answered.acceptsWrites()) {
      return "accepts writes beside the primary";
    }
    if (channel == null) {
      return "does not replicate";
    }
    String error = channel.error() == null ? "" : ": " + channel.error();
    if (channel.receiver() != Receiver.RUNNING) {
      return "receiver from " + source(channel) + " is " + channel.receiver() + error;
    }
    return answered.receivesFrom(source, snapshot.of(source))
        ? "applier is stopped" + error
        : "replicates from " + source(channel);
  }

  private static String source(Channel channel) {
    return channel.source() == null ? "a source without an address" : channel.source().toString();
  }

  /**
   * A server joins when the primary feeds it, it works as a full copy, and it is not one in the
   * making.
   */
  private List<ServerAddress> joiners() {
    return primary.stream()
        .flatMap(server -> snapshot.answered(server).stream())
        .flatMap(answered -> answered.replicas().stream())
        .filter(replica -> !shard.membership().contains(replica) && !inTheMaking(replica))
        .flatMap(replica -> snapshot.answered(replica).stream())
        .filter(replica -> replicates(replica, primary.orElse(null)))
        .filter(Answered::isFullCopy)
        .map(Answered::server)
        .toList();
  }

  private boolean replicates(Answered replica, @Nullable ServerAddress source) {
    return source != null && replica.replicatesFrom(source, snapshot.of(source));
  }

  private boolean inTheMaking(ServerAddress server) {
    return shard.seedings().stream()
        .anyMatch(seeding -> seeding.phase().serverInTheMaking().equals(Optional.of(server)));
  }

  private List<ServerAddress> rivals() {
    Stream<ServerAddress> all =
        Stream.concat(shard.membership().servers().stream(), shard.membership().retired().stream());
    return all.filter(server -> !primary.equals(Optional.of(server)))
        .flatMap(server -> snapshot.answered(server).stream())
        .filter(Answered::acceptsWrites)
        .map(Answered::server)
        .toList();
  }
}

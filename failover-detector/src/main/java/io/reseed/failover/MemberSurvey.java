package io.reseed.failover;

import io.reseed.events.ShardStatus.Health;
import io.reseed.failover.Membership.Member;
import io.reseed.failover.Sighting.Answered;
import io.reseed.failover.Sighting.Channel;
import io.reseed.failover.Sighting.Receiver;
import io.reseed.failover.Sighting.Silent;
import io.reseed.fleet.ServerAddress;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Works out how the members are from one look at them. Pure. */
final class MemberSurvey {
  private final DeclaredShard shard;
  private final View view;
  private final Instant now;
  private final Optional<ServerAddress> primary;

  private MemberSurvey(DeclaredShard shard, View view, Instant now) {
    this.shard = shard;
    this.view = view;
    this.now = now;
    this.primary = shard.leadership().verified();
  }

  /** The membership as the look shows it, with replicas of the primary that were not known yet. */
  static Membership survey(DeclaredShard shard, View view, Instant now) {
    return new MemberSurvey(shard, view, now).result();
  }

  private Membership result() {
    Membership result = shard.membership();
    for (Member member : result.members()) {
      Sighting sighting = view.of(member.server());
      if (sighting != null) {
        result = result.with(judged(member, sighting));
      }
    }
    for (ServerAddress joiner : joiners()) {
      result = result.with(Member.healthy(joiner));
    }
    if (primary.isEmpty()) {
      return result.rivalledBy(List.of());
    }
    boolean complete = result.replicas(primary).size() >= shard.replicasDesired();
    Instant vacantSince = result.vacantSince() == null ? now : result.vacantSince();
    return result.vacant(complete ? null : vacantSince).rivalledBy(rivals());
  }

  private Member judged(Member member, Sighting sighting) {
    return switch (sighting) {
      case Silent silent -> member.as(Health.UNREACHABLE, null, silent.reason(), now);
      case Answered answered when primary.equals(Optional.of(member.server())) ->
          answered.writable()
              ? member.as(Health.HEALTHY, null, null, now)
              : member.as(Health.IMPAIRED, null, "accepts no writes", now);
      case Answered answered -> judgedReplica(member, answered);
    };
  }

  private Member judgedReplica(Member member, Answered answered) {
    if (primary.isEmpty()) {
      return member.as(Health.IMPAIRED, null, "there is no verified primary to follow", now);
    }
    ServerAddress source = primary.get();
    Channel channel = answered.channel();
    if (channel != null && answered.replicatesFrom(source, view.of(source))) {
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
    return answered.receivesFrom(source, view.of(source))
        ? "applier is stopped" + error
        : "replicates from " + source(channel);
  }

  private static String source(Channel channel) {
    return channel.source() == null ? "a source without an address" : channel.source().toString();
  }

  /** A server joins when the primary feeds it, it works, and it is not one in the making. */
  private List<ServerAddress> joiners() {
    return primary.stream()
        .flatMap(server -> view.answered(server).stream())
        .flatMap(answered -> answered.replicas().stream())
        .filter(replica -> !shard.membership().contains(replica) && !inTheMaking(replica))
        .flatMap(replica -> view.answered(replica).stream())
        .filter(replica -> replicates(replica, primary.orElse(null)))
        .map(Answered::server)
        .toList();
  }

  private boolean replicates(Answered replica, @Nullable ServerAddress source) {
    return source != null && replica.replicatesFrom(source, view.of(source));
  }

  private boolean inTheMaking(ServerAddress server) {
    return shard.seedings().stream()
        .anyMatch(seeding -> seeding.phase().serverInTheMaking().equals(Optional.of(server)));
  }

  private List<ServerAddress> rivals() {
    Stream<ServerAddress> all =
        Stream.concat(shard.membership().servers().stream(), shard.membership().retired().stream());
    return all.filter(server -> !primary.equals(Optional.of(server)))
        .flatMap(server -> view.answered(server).stream())
        .filter(Answered::acceptsWrites)
        .map(Answered::server)
        .toList();
  }
}

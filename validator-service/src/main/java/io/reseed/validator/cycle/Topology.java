package io.reseed.validator.cycle;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.reseed.events.ShardStatus;
import io.reseed.fleet.FailureCode;
import io.reseed.fleet.ServerAddress;
import io.reseed.fleet.ShardName;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What of a shard's status matters to the backup pipeline; without what changes all the time, so
 * that two pictures are equal when nothing happened.
 *
 * @param primary the verified one, absent in the middle of a failover
 * @param servers all members, by address
 * @param noBackupFits whether replicas are missing and none can be made, since no backup fits the
 *     present primary
 */
record Topology(
    ShardName shard,
    @Nullable ServerAddress primary,
    int replicasDesired,
    List<Server> servers,
    boolean noBackupFits) {
  /** One member. */
  record Server(ServerAddress address, ShardStatus.Role role, ShardStatus.Health health) {}

  Topology {
    servers = List.copyOf(servers);
  }

  static Topology of(ShardStatus status) {
    boolean failingOver = status.condition() == ShardStatus.Condition.NO_PRIMARY;
    return new Topology(
        status.shard(),
        failingOver ? null : status.primary(),
        status.replicasDesired(),
        status.members().stream()
            .map(member -> new Server(member.server(), member.role(), member.health()))
            .sorted((a, b) -> a.address().compareTo(b.address()))
            .toList(),
        status.condition() == ShardStatus.Condition.BLOCKED
            && status.failure() != null
            && status.failure().is(FailureCode.NO_BACKUP));
  }

  /** Replicas that replicate from the primary and apply. */
  @JsonIgnore
  List<ServerAddress> healthyReplicas() {
    return servers.stream()
        .filter(server -> server.role() == ShardStatus.Role.REPLICA)
        .filter(server -> server.health() == ShardStatus.Health.HEALTHY)
        .map(Server::address)
        .filter(address -> !address.equals(primary))
        .toList();
  }

  /** Whether the server does not answer, or does not belong to the shard any longer. */
  boolean lost(ServerAddress server) {
    return find(server).filter(s -> s.health() != ShardStatus.Health.UNREACHABLE).isEmpty();
  }

  private Optional<Server> find(ServerAddress address) {
    return servers.stream().filter(server -> server.address().equals(address)).findFirst();
  }

  @JsonIgnore
  Set<ServerAddress> members() {
    return servers.stream().map(Server::address).collect(Collectors.toSet());
  }
}

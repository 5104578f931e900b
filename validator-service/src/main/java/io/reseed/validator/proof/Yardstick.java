package io.reseed.validator.proof;

import io.reseed.events.ProofAssigned;
import io.reseed.events.check.CheckPlan;
import io.reseed.fleet.ServerAddress;
import io.reseed.mysql.Credentials;
import io.reseed.mysql.MysqlSession;
import io.reseed.mysql.ReplicaChannel;
import io.reseed.mysql.check.ServerLogin;
import io.reseed.mysql.server.LocalServer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a dedicated server is held against: the replica that it replicates from. Never a primary.
 *
 * @param replica absent where there is nothing to compare with
 * @param reason why not; empty where there is
 */
record Yardstick(@Nullable ServerLogin replica, String reason) {
  static Yardstick of(ProofWork work, LocalServer server, CheckPlan plan) {
    Optional<ServerAddress> source;
    try (MysqlSession session = server.open(work.accounts().agent())) {
      source = session.probe().replication().flatMap(ReplicaChannel::source);
    }
    String reason = reason(work, source, plan);
    return new Yardstick(
        reason.isEmpty()
            ? new ServerLogin(source.orElseThrow(), work.accounts().checker().orElseThrow())
            : null,
        reason);
  }

  private static String reason(ProofWork work, Optional<ServerAddress> source, CheckPlan plan) {
    ProofAssigned assignment = work.control().assignment();
    Optional<Credentials> checker = work.accounts().checker();
    if (plan.comparable().isEmpty()) {
      return "the shard has no replica whose contents may be compared with";
    }
    if (source.isEmpty()) {
      return "the server has no replication source";
    }
    boolean allowed = plan.comparable().stream().anyMatch(source.get()::equals);
    if (!allowed || source.get().equals(assignment.primary())) {
      return "the server replicates from %s, whose contents may not be compared with"
          .formatted(source.get());
    }
    return checker.isPresent()
        ? ""
        : "no checker account: set reseed.mysql.accounts.\"%s\".checker.user and .password"
            .formatted(assignment.shard().cluster());
  }
}

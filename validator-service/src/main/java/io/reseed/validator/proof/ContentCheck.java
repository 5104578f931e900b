package io.reseed.validator.proof;

import io.reseed.events.ProofAssigned;
import io.reseed.events.check.CheckPlan;
import io.reseed.fleet.FailureClass;
import io.reseed.fleet.FailureCode;
import io.reseed.fleet.FailureException;
import io.reseed.fleet.ServerAddress;
import io.reseed.mysql.Credentials;
import io.reseed.mysql.MysqlException;
import io.reseed.mysql.MysqlSession;
import io.reseed.mysql.ReplicaChannel;
import io.reseed.mysql.Timeouts;
import io.reseed.mysql.check.ContentComparison;
import io.reseed.mysql.check.ContentComparison.Result;
import io.reseed.mysql.check.ContentComparison.Verdict;
import io.reseed.mysql.check.ServerLogin;
import io.reseed.mysql.check.TableName;
import io.reseed.mysql.check.Tables;
import io.reseed.mysql.server.LocalServer;
import io.reseed.validator.proof.CheckStep.Found;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The check {@code contents}: this cycle's share of the rows equals a replica's. Never a primary's.
 */
final class ContentCheck {
  static final String NAME = "contents";

  private static final Logger LOG = LoggerFactory.getLogger(ContentCheck.class);
  private static final int TRIES_MAX = 3;
  private static final int NOT_HELD_NAMED_MAX = 10;

  private final ProofWork work;
  private final LocalServer server;
  private final CheckPlan plan;
  private final List<String> notHeld = new ArrayList<>();
  private int equal;
  private long rows;
  private long holdMillisMax;

  ContentCheck(ProofWork work, LocalServer server, CheckPlan plan) {
    this.work = work;
    this.server = server;
    this.plan = plan;
  }

  /**
   * Compares what is due. Tables that cannot be compared now are named; only when none could, that
   * is a failure.
   */
  Found run() throws InterruptedException {
    Set<TableName> all;
    Optional<ServerAddress> source;
    try (MysqlSession session = server.open(work.accounts().agent())) {
      all = new TreeSet<>(Tables.ofUser(session));
      source = session.probe().replication().flatMap(ReplicaChannel::source);
    }
    Optional<String> blockingReason = blockingReason(source);
    if (blockingReason.isPresent()) {
      return Found.skipped(blockingReason.get());
    }
    ServerLogin replica =
        new ServerLogin(source.orElseThrow(), work.accounts().checker().orElseThrow());
    all.addAll(tablesOf(replica));
    List<TableName> due =
        all.stream()
            .filter(table -> table.isDue(plan.rotation(), plan.contentCheckCycles()))
            .toList();
    ContentComparison comparison =
        new ContentComparison(
            new ServerLogin(server.address(), work.accounts().agent().onOwnServer()),
            replica,
            ContentComparison.Bounds.DEFAULT);
    for (TableName table : due) {
      work.control().note("compares " + table);
      take(compared(comparison, table), replica.address());
    }
    if (equal == 0 && !due.isEmpty()) {
      throw nothingHeld(replica.address());
    }
    String share =
        CheckStep.share(due.size(), all.size(), plan.rotation(), plan.contentCheckCycles());
    return Found.held(
        "%s; %d rows equal to those of replica %s, which was held for %d ms at the longest%s"
            .formatted(share, rows, replica.address(), holdMillisMax, leftOut()));
  }

  /** A table that the server lost is found only where it still is. */
  private static List<TableName> tablesOf(ServerLogin replica) {
    try (MysqlSession session =
        MysqlSession.open(replica.address(), replica.account(), Timeouts.ADMIN)) {
      return Tables.ofUser(session);
    } catch (MysqlException e) {
      if (e.failureClass() != FailureClass.TRANSIENT) {
        throw e;
      }
      LOG.info("replica does not list its tables server={}", replica.address(), e);
      return List.of(); // what the server itself has is tried all the same, and says why not
    }
  }

  /** Why nothing can be compared; empty when it can. */
  private Optional<String> blockingReason(Optional<ServerAddress> source) {
    ProofAssigned assignment = work.control().assignment();
    Optional<Credentials> checker = work.accounts().checker();
    if (plan.comparable().isEmpty()) {
      return Optional.of("the shard has no replica whose contents may be compared with");
    }
    if (source.isEmpty()) {
      return Optional.of("the server has no replication source");
    }
    boolean allowed = plan.comparable().stream().anyMatch(source.get()::equals);
    if (!allowed || source.get().equals(assignment.primary())) {
      return Optional.of(
          "the server replicates from %s, whose contents may not be compared with"
              .formatted(source.get()));
    }
    return checker.isPresent()
        ? Optional.empty()
        : Optional.of(
            "no checker account: set reseed.mysql.accounts.\"%s\".checker.user and .password"
                .formatted(assignment.shard().cluster()));
  }

  private Result compared(ContentComparison comparison, TableName table)
      throws InterruptedException {
    Result result = comparison.compare(table);
    for (int tries = 1; tries < TRIES_MAX && result.verdict() instanceof Verdict.NotHeld; tries++) {
      work.pause();
      result = comparison.compare(table);
    }
    return result;
  }

  private void take(Result result, ServerAddress replica) {
    holdMillisMax = Math.max(holdMillisMax, result.holdMillis());
    switch (result.verdict()) {
      case Verdict.Equal _ -> {
        equal++;
        rows += result.rows();
      }
      case Verdict.NotHeld not -> notHeld.add(result.table() + " (" + not.reason() + ")");
      case Verdict.Different different ->
          throw new FailureException(
              FailureCode.CONTENT_DIFFERS,
              "Table %s is not what replica %s has at the same GTID set: %s"
                  .formatted(result.table(), replica, different.detail()),
              "The backup's rows, or the replica's, were changed outside of replication:"
                  + " compare the replica with others, too.");
    }
  }

  private FailureException nothingHeld(ServerAddress replica) {
    return new FailureException(
        FailureCode.COMPARISON_NOT_HELD,
        "None of the tables that are due could be compared with replica %s%s"
            .formatted(replica, leftOut()),
        "Look at the replica's lag and load, and at who holds locks there. Another attempt"
            + " follows.");
  }

  private String leftOut() {
    if (notHeld.isEmpty()) {
      return "";
    }
    String named = String.join(", ", notHeld.stream().limit(NOT_HELD_NAMED_MAX).toList());
    return "; %d skipped: %s%s"
        .formatted(notHeld.size(), named, notHeld.size() > NOT_HELD_NAMED_MAX ? ", …" : "");
  }
}

package io.reseed.validator.proof;

import io.reseed.events.check.CheckPlan;
import io.reseed.events.check.Unproven;
import io.reseed.fleet.FailureClass;
import io.reseed.fleet.FailureCode;
import io.reseed.fleet.FailureException;
import io.reseed.fleet.ServerAddress;
import io.reseed.mysql.MysqlException;
import io.reseed.mysql.MysqlSession;
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
    Yardstick yardstick = Yardstick.of(work, server, plan);
    ServerLogin replica = yardstick.replica();
    if (replica == null) {
      return Found.skipped(
          yardstick.reason(), List.of(new Unproven("rows of all tables", yardstick.reason())));
    }
    Set<TableName> all;
    List<Unproven> unproven = new ArrayList<>();
    try (MysqlSession session = server.open(work.accounts().agent())) {
      all = new TreeSet<>(Tables.ofUser(session));
      unproven.addAll(neverCompared(session));
    }
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
    if (due.size() < all.size()) {
      unproven.add(CheckStep.notDue("rows of", due.size(), all.size(), plan.contentCheckCycles()));
    }
    if (!notHeld.isEmpty()) {
      unproven.add(new Unproven("rows of %d tables".formatted(notHeld.size()), named()));
    }
    return Found.held(
        "%s; %d rows equal to those of replica %s, which was held for %d ms at the longest%s"
            .formatted(share, rows, replica.address(), holdMillisMax, leftOut()),
        unproven);
  }

  /** What no comparison looks at, of what there is. */
  private static List<Unproven> neverCompared(MysqlSession session) {
    List<Unproven> never = new ArrayList<>();
    List<String> others = Tables.withoutComparison(session);
    if (!others.isEmpty()) {
      String named =
          String.join(", ", others.subList(0, Math.min(NOT_HELD_NAMED_MAX, others.size())));
      never.add(
          new Unproven("rows of %d tables".formatted(others.size()), "not in InnoDB: " + named));
    }
    long virtual = Tables.virtualColumns(session);
    if (virtual > 0) {
      never.add(
          new Unproven(
              "values of %d virtual columns".formatted(virtual),
              "they are not stored; their definitions are compared"));
    }
    return never;
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
    return "; %d skipped: %s".formatted(notHeld.size(), named());
  }

  private String named() {
    String named = String.join(", ", notHeld.stream().limit(NOT_HELD_NAMED_MAX).toList());
    return notHeld.size() > NOT_HELD_NAMED_MAX ? named + ", …" : named;
  }
}

package io.reseed.validator.proof;

import io.reseed.events.check.CheckPlan;
import io.reseed.events.check.Unproven;
import io.reseed.fleet.FailureCode;
import io.reseed.fleet.FailureException;
import io.reseed.mysql.MysqlSession;
import io.reseed.mysql.check.DefinitionComparison;
import io.reseed.mysql.check.ServerLogin;
import io.reseed.mysql.check.TableName;
import io.reseed.mysql.check.Tables;
import io.reseed.mysql.server.LocalServer;
import io.reseed.validator.proof.CheckStep.Found;
import java.util.ArrayList;
import java.util.List;

/**
 * The check {@code definitions}: what the server has beside rows is what a replica has. Objects of
 * schemas that differ are a failure; what is made on single servers, too (accounts, indexes,
 * plugins), is named.
 */
final class DefinitionCheck {
  static final String NAME = "definitions";
  private static final int NAMED_MAX = 5;

  private final ProofWork work;
  private final LocalServer server;
  private final CheckPlan plan;

  DefinitionCheck(ProofWork work, LocalServer server, CheckPlan plan) {
    this.work = work;
    this.server = server;
    this.plan = plan;
  }

  /** Compares; of the tables those that are due. */
  Found run() throws InterruptedException {
    Yardstick yardstick = Yardstick.of(work, server, plan);
    ServerLogin replica = yardstick.replica();
    if (replica == null) {
      return Found.skipped(
          yardstick.reason(),
          List.of(new Unproven("definitions of all objects, and accounts", yardstick.reason())));
    }
    List<TableName> tables;
    try (MysqlSession session = server.open(work.accounts().agent())) {
      tables = Tables.ofUser(session);
    }
    List<TableName> due =
        tables.stream()
            .filter(table -> table.isDue(plan.rotation(), plan.contentCheckCycles()))
            .toList();
    DefinitionComparison.Result result =
        new DefinitionComparison(
                new ServerLogin(server.address(), work.accounts().agent().onOwnServer()), replica)
            .compare(due);
    if (!result.faults().isEmpty()) {
      throw differs(result.faults(), replica);
    }
    List<Unproven> unproven = new ArrayList<>();
    result.unproven().forEach((what, why) -> unproven.add(new Unproven(what, why)));
    if (due.size() < tables.size()) {
      unproven.add(
          CheckStep.notDue("definitions of", due.size(), tables.size(), plan.contentCheckCycles()));
    }
    return Found.held(
        "%d objects as replica %s has them, %d tables among them"
            .formatted(result.equal(), replica.address(), due.size()),
        unproven);
  }

  private static FailureException differs(List<String> faults, ServerLogin replica) {
    return new FailureException(
        FailureCode.CONTENT_DIFFERS,
        "%d objects are not what replica %s has: %s%s"
            .formatted(
                faults.size(),
                replica.address(),
                String.join(", ", faults.subList(0, Math.min(NAMED_MAX, faults.size()))),
                faults.size() > NAMED_MAX ? ", …" : ""),
        "Something was changed outside of replication, here or on the replica: compare the replica"
            + " with others, too.");
  }
}

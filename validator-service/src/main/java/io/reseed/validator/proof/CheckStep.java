package io.reseed.validator.proof;

import io.reseed.events.ProofAssigned;
import io.reseed.events.ServerChecked;
import io.reseed.events.check.CheckPlan;
import io.reseed.events.check.CheckResult;
import io.reseed.events.check.CheckResult.Outcome;
import io.reseed.events.check.Unproven;
import io.reseed.fleet.FailureCode;
import io.reseed.fleet.FailureException;
import io.reseed.mysql.MysqlException;
import io.reseed.mysql.MysqlSession;
import io.reseed.mysql.check.RowAssertion;
import io.reseed.mysql.check.ServerLogin;
import io.reseed.mysql.check.TableCheck;
import io.reseed.mysql.check.TableName;
import io.reseed.mysql.check.Tables;
import io.reseed.mysql.replication.FullCopy;
import io.reseed.mysql.server.LocalServer;
import io.reseed.validator.failure.Failures;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Goal CHECK: checks the caught-up server, which replicates on. Leaves nothing behind on any
 * server, so it may be repeated.
 */
final class CheckStep {
  private static final String CHECK_TABLE = "check-table";

  /** Beyond what the server itself ends a query after. */
  private static final Duration ANSWER_MAX = Duration.ofSeconds(10);

  private final ProofWork work;
  private final ProofControl control;

  CheckStep(ProofWork work) {
    this.work = work;
    this.control = work.control();
  }

  /** All checks of this cycle's share; the first that does not hold comes out as a failure. */
  ServerChecked run(LocalServer server) throws InterruptedException {
    if (!server.isRunning()) {
      throw ServerFault.ended(server, "before it was checked");
    }
    Instant begun = work.now();
    ProofAssigned assignment = control.assignment();
    CheckPlan plan = Objects.requireNonNullElse(assignment.checks(), CheckPlan.ALL_TABLES);
    List<CheckResult> results = new ArrayList<>();
    results.add(
        held(
            server,
            CHECK_TABLE,
            work.host().checks().limits().checkTable(),
            checking(server, plan)));
    results.add(
        held(
            server,
            ContentCheck.NAME,
            work.host().checks().limits().contents(),
            new ContentCheck(work, server, plan)::run));
    results.add(
        held(
            server,
            DefinitionCheck.NAME,
            work.host().checks().limits().contents(),
            new DefinitionCheck(work, server, plan)::run));
    for (RowAssertion assertion : work.host().checks().assertionsOf(assignment.shard().cluster())) {
      Duration limit = work.host().checks().limits().assertion();
      results.add(
          held(
              server,
              "assertion:" + assertion.name(),
              limit.plus(ANSWER_MAX),
              () -> asserted(assertion, login(server), limit)));
    }
    return new ServerChecked(
        assignment.shard(),
        assignment.seeding(),
        assignment.attempt(),
        assignment.host(),
        control.goal().stage(),
        assignment.originBackup(),
        0,
        results,
        work.millisSince(begun));
  }

  /** What one check says of itself. */
  @FunctionalInterface
  interface Finding {
    Found find() throws InterruptedException;
  }

  /** A check that did not fail. */
  record Found(Outcome outcome, String detail, List<Unproven> unproven) {
    static Found held(String detail, List<Unproven> unproven) {
      return new Found(Outcome.HELD, Failures.cut(detail), unproven);
    }

    static Found skipped(String why, List<Unproven> unproven) {
      return new Found(Outcome.SKIPPED, Failures.cut(why), unproven);
    }

    CheckResult result(String name, long durationMillis) {
      List<Unproven> named =
          unproven.stream()
              .limit(CheckResult.UNPROVEN_MAX)
              .map(one -> new Unproven(Failures.cut(one.what()), Failures.cut(one.reason())))
              .toList();
      return new CheckResult(name, outcome, detail, durationMillis, named.isEmpty() ? null : named);
    }
  }

  /** What is left to other cycles. */
  static Unproven notDue(String what, int due, int all, int cycles) {
    return new Unproven(
        "%s %d of %d tables".formatted(what, all - due, all),
        "they have their turn within %d cycles".formatted(cycles));
  }

  private CheckResult held(LocalServer server, String name, Duration limit, Finding check)
      throws InterruptedException {
    Instant begun = work.now();
    control.note("checks " + name);
    try {
      Found found = TimeLimit.run(name, limit, check::find);
      return found.result(name, work.millisSince(begun));
    } catch (MysqlException e) {
      throw ServerFault.behind(e, server, control.doing());
    } finally {
      control.note(null);
    }
  }

  private Finding checking(LocalServer server, CheckPlan plan) {
    return () -> {
      List<TableName> all;
      try (MysqlSession session = server.open(work.accounts().agent())) {
        FullCopy.requireCarriedEngines(session);
        all = Tables.all(session);
      }
      List<TableName> due =
          all.stream()
              .filter(table -> table.isDue(plan.rotation(), plan.tableCheckCycles()))
              .toList();
      List<Unproven> unproven = new ArrayList<>();
      if (due.size() < all.size()) {
        unproven.add(notDue("pages of", due.size(), all.size(), plan.tableCheckCycles()));
      }
      int skipped = 0;
      Duration limit = work.host().checks().limits().checkTable();
      try (TableCheck check = new TableCheck(login(server), limit)) {
        for (TableName table : due) {
          control.note("checks table " + table);
          Optional<String> reason = reasonToSkip(table, check.check(table));
          reason.ifPresent(why -> unproven.add(new Unproven("table " + table, why)));
          skipped += reason.isPresent() ? 1 : 0;
        }
      }
      String beyond = skipped == 0 ? "" : ", %d of them without a check".formatted(skipped);
      return Found.held(
          share(due.size(), all.size(), plan.rotation(), plan.tableCheckCycles()) + beyond,
          unproven);
    };
  }

  /** How much of all tables had their turn, in words. */
  static String share(int due, int all, long rotation, int cycles) {
    return "%d of %d tables, rotation %d of %d".formatted(due, all, rotation % cycles + 1, cycles);
  }

  /** Empty for a table that is intact. */
  private static Optional<String> reasonToSkip(TableName table, TableCheck.Outcome outcome) {
    return switch (outcome) {
      case TableCheck.Outcome.Intact _ -> Optional.empty();
      case TableCheck.Outcome.Skipped skipped -> Optional.of(skipped.reason());
      case TableCheck.Outcome.Corrupt corrupt ->
          throw new FailureException(
              FailureCode.TABLE_CORRUPT,
              "CHECK TABLE of %s: %s".formatted(table, corrupt.fault()),
              "What the server was made from is damaged: another backup is taken, or a fresh"
                  + " one made.");
      case TableCheck.Outcome.Unfinished unfinished ->
          throw new FailureException(
              FailureCode.CHECK_TIMEOUT,
              "CHECK TABLE of %s did not end: %s".formatted(table, unfinished.reason()),
              "Give check-table more time (reseed.checks.limits.check-table).");
    };
  }

  private ServerLogin login(LocalServer server) {
    return new ServerLogin(server.address(), work.accounts().agent().onOwnServer());
  }

  private static Found asserted(RowAssertion assertion, ServerLogin server, Duration limit) {
    return switch (assertion.check(server, limit)) {
      case RowAssertion.Outcome.Held held ->
          Found.held("%s, expected %s".formatted(held.value(), assertion.expect()), List.of());
      case RowAssertion.Outcome.NotHeld notHeld ->
          throw new FailureException(
              FailureCode.ASSERTION_FAILED,
              "The assertion %s does not hold: its query says %s, expected is %s."
                  .formatted(assertion.name(), notHeld.value(), assertion.expect()),
              "Look at the shard itself, too: a replica's contents may have become wrong.");
      case RowAssertion.Outcome.Unrunnable unrunnable ->
          throw new FailureException(
              FailureCode.ASSERTION_UNRUNNABLE,
              "The query of assertion %s cannot be run: %s"
                  .formatted(assertion.name(), unrunnable.error()),
              "Mend it in the validator-service's configuration (reseed.checks), or give it"
                  + " more time (reseed.checks.limits.assertion).");
    };
  }
}

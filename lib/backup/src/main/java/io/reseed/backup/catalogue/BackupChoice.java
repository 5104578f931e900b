package io.reseed.backup.catalogue;

import io.reseed.backup.catalogue.PassedOver.Reason;
import io.reseed.backup.format.MysqlVersion;
import io.reseed.backup.format.Verdict;
import io.reseed.mysql.gtid.GtidSet;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Backups that fit, best first, and why each other one was passed over.
 *
 * @param ranked those that nobody suspects before the others, proven before unproven, newest first
 *     within each
 * @param passedOver in the order given, with exactly one reason each
 */
public record BackupChoice(List<ListedBackup.Usable> ranked, List<PassedOver> passedOver) {
  private static final int SHOWN_CHARACTERS_MAX = 500;

  private static final Comparator<ListedBackup.Usable> BEST_FIRST =
      Comparator.comparingInt(BackupChoice::proof)
          .thenComparing(ListedBackup.Usable::id, Comparator.reverseOrder());

  /** Copies the lists. */
  public BackupChoice {
    ranked = List.copyOf(ranked);
    passedOver = List.copyOf(passedOver);
  }

  /**
   * Ranks the candidates. Pure: the same input gives the same choice. Every candidate is either
   * ranked or passed over. {@code VALIDATED} and {@code RESTORABLE} are proven alike: a backup that
   * was read back was made of a checked server, and being newer it leaves less to replay from the
   * primary. Both come before one without a verdict. What somebody said to be bad, which anybody
   * may say, comes last and is not left out.
   */
  public static BackupChoice choose(List<ListedBackup> candidates, Requirement requirement) {
    List<ListedBackup.Usable> ranked = new ArrayList<>();
    List<PassedOver> passedOver = new ArrayList<>();
    for (ListedBackup candidate : candidates) {
      switch (candidate) {
        case ListedBackup.Unusable unusable ->
            passedOver.add(
                new PassedOver(
                    unusable.id(),
                    Reason.UNUSABLE_MANIFEST,
                    unusable.failure().code() + ": " + unusable.failure().getMessage()));
        case ListedBackup.Usable usable ->
            objection(usable, requirement)
                .ifPresentOrElse(passedOver::add, () -> ranked.add(usable));
      }
    }
    ranked.sort(
        Comparator.comparing((ListedBackup.Usable b) -> requirement.suspected().contains(b.id()))
            .thenComparing(BEST_FIRST));
    return new BackupChoice(ranked, passedOver);
  }

  private static Optional<PassedOver> objection(
      ListedBackup.Usable backup, Requirement requirement) {
    return byKnowledge(backup, requirement)
        .or(() -> byVersion(backup, requirement.serverVersion()))
        .or(() -> byTransactions(backup, requirement));
  }

  private static Optional<PassedOver> byKnowledge(
      ListedBackup.Usable backup, Requirement requirement) {
    if (requirement.excluded().contains(backup.id())) {
      return passOver(backup, Reason.FAILED_IN_THIS_SEEDING, "failed already in this seeding");
    }
    return backup
        .verdict()
        .filter(verdict -> verdict.outcome() == Verdict.Outcome.UNHEALTHY)
        .flatMap(verdict -> passOver(backup, Reason.UNHEALTHY, "unhealthy: " + verdict.reason()));
  }

  private static Optional<PassedOver> byVersion(ListedBackup.Usable backup, MysqlVersion server) {
    MysqlVersion made = backup.header().mysqlVersion();
    return switch (VersionFit.of(made, server)) {
      case FITS -> Optional.empty();
      case TOO_NEW ->
          passOver(
              backup,
              Reason.VERSION_NEWER_THAN_SERVER,
              "made by MySQL " + made + ", which " + server + " cannot go back from");
      case TOO_OLD ->
          passOver(
              backup,
              Reason.VERSION_TOO_OLD_FOR_SERVER,
              "made by MySQL " + made + ", which " + server + " cannot upgrade in one step");
    };
  }

  private static Optional<PassedOver> byTransactions(
      ListedBackup.Usable backup, Requirement requirement) {
    GtidSet has = backup.header().gtidExecuted();
    GtidSet errant = has.subtract(requirement.primaryExecuted());
    if (!errant.isEmpty()) {
      return passOver(
          backup,
          Reason.ERRANT_TRANSACTIONS,
          "holds transactions that the primary lacks: " + shown(errant));
    }
    GtidSet gap = requirement.primaryPurged().subtract(has);
    if (!gap.isEmpty()) {
      return passOver(
          backup,
          Reason.PURGED_BY_PRIMARY,
          "lacks transactions that the primary has purged: " + shown(gap));
    }
    return Optional.empty();
  }

  private static Optional<PassedOver> passOver(ListedBackup backup, Reason reason, String detail) {
    return Optional.of(new PassedOver(backup.id(), reason, detail));
  }

  private static int proof(ListedBackup.Usable backup) {
    return backup
        .verdict()
        .map(
            verdict ->
                switch (verdict.outcome()) {
                  case VALIDATED, RESTORABLE -> 0;
                  case UNHEALTHY -> 2;
                })
        .orElse(1);
  }

  private static String shown(GtidSet set) {
    String text = set.toString();
    return text.length() <= SHOWN_CHARACTERS_MAX
        ? text
        : text.substring(0, SHOWN_CHARACTERS_MAX) + "… (" + set.count() + " in all)";
  }
}

package io.reseed.failover.probe;

import io.reseed.backup.catalogue.BackupChoice;
import io.reseed.backup.catalogue.Catalogue;
import io.reseed.backup.catalogue.ListedBackup;
import io.reseed.backup.catalogue.Requirement;
import io.reseed.backup.format.MysqlVersion;
import io.reseed.failover.machine.FailoverEffect;
import io.reseed.failover.machine.FailoverInput;
import io.reseed.failover.machine.FailoverInput.BackupFound;
import io.reseed.failover.machine.FailoverInput.BackupNotFound;
import io.reseed.failover.machine.FailureCatalogue;
import io.reseed.fleet.BackupId;
import io.reseed.fleet.Failure;
import io.reseed.fleet.FailureException;
import io.reseed.mysql.Credentials;
import io.reseed.mysql.Observation;
import io.reseed.mysql.ProbeSessions;
import io.reseed.mysql.ServerObservation;
import java.util.List;
import java.util.stream.Collectors;

/** Chooses a backup by what the primary has executed and purged at this moment. */
public final class BackupSelection {
  private final Catalogue catalogue;
  private final ProbeSessions sessions;
  private final SuspectedBackups suspected;

  /**
   * Makes one; the caller closes what it uses.
   *
   * @param sessions over which the primary is asked
   */
  public BackupSelection(Catalogue catalogue, ProbeSessions sessions, SuspectedBackups suspected) {
    this.catalogue = catalogue;
    this.sessions = sessions;
    this.suspected = suspected;
  }

  /** Over which the primary is asked. */
  ProbeSessions sessions() {
    return sessions;
  }

  FailoverInput choose(FailoverEffect.ChooseBackup effect, Credentials observer) {
    List<ListedBackup> listed;
    try {
      // listed before the primary is asked, so that it can only have more than the backups
      listed = catalogue.list(effect.shard());
    } catch (FailureException e) {
      return notFound(effect, e.failure());
    }
    return switch (sessions.observe(effect.primary(), observer)) {
      case Observation.Unreachable unreachable ->
          notFound(
              effect,
              FailureCatalogue.askingFailed(
                  "asking primary " + effect.primary(), unreachable.reason()));
      case Observation.Reachable reachable -> choose(effect, listed, reachable.server());
    };
  }

  private FailoverInput choose(
      FailoverEffect.ChooseBackup effect, List<ListedBackup> listed, ServerObservation primary) {
    Requirement requirement =
        new Requirement(
            primary.gtidExecuted(),
            primary.gtidPurged(),
            MysqlVersion.parse(primary.version()),
            effect.excluded().stream().map(BackupId::new).collect(Collectors.toSet()),
            suspected.of(effect.shard()));
    BackupChoice choice = BackupChoice.choose(listed, requirement);
    if (choice.ranked().isEmpty()) {
      List<String> reasons =
          choice.passedOver().stream()
              .map(passed -> passed.id() + " " + passed.reason() + ": " + passed.detail())
              .toList();
      return notFound(effect, FailureCatalogue.noBackup(effect.shard(), reasons));
    }
    ListedBackup.Usable best = choice.ranked().getFirst();
    return new BackupFound(
        effect.seeding(), effect.ticket(), best.id().toString(), best.rawBytes());
  }

  private static FailoverInput notFound(FailoverEffect.ChooseBackup effect, Failure failure) {
    return new BackupNotFound(effect.seeding(), effect.ticket(), failure);
  }
}

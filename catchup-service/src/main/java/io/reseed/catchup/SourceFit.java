package io.reseed.catchup;

import io.reseed.events.SeedingOrigin;
import io.reseed.fleet.Failure;
import io.reseed.fleet.FailureCode;
import io.reseed.mysql.MysqlHints;
import io.reseed.mysql.ServerObservation;
import io.reseed.mysql.gtid.GtidSet;
import java.util.Optional;

/**
 * Compares a seeded server's GTID set with its source's, and says whose fault a misfit is. A backup
 * is blamed only for its own transactions, and only by the primary: a replica may lag behind, and
 * may keep fewer binlogs. For what the primary purged nobody is blamed, but no other source helps.
 */
final class SourceFit {
  private static final int SHOWN_CHARACTERS_MAX = 800;

  private SourceFit() {}

  /**
   * Why a server cannot follow its source.
   *
   * @param settled whether waiting for this source cannot help
   */
  record Misfit(Failure failure, boolean settled) {}

  static boolean fits(ServerObservation server, ServerObservation source) {
    return source.partialReasons().isEmpty()
        && source.gtidExecuted().contains(server.gtidExecuted())
        && server.gtidExecuted().contains(source.gtidPurged());
  }

  /**
   * Judges.
   *
   * @param source was looked at after the server, so that its set can only be newer
   * @param primary the same look, where the source is the primary
   */
  static Optional<Misfit> judge(
      CatchUpEffect effect,
      ServerObservation server,
      ServerObservation source,
      ServerObservation primary) {
    if (!source.partialReasons().isEmpty()) {
      return Optional.of(partial(source));
    }
    GtidSet errant = server.gtidExecuted().subtract(source.gtidExecuted());
    if (!errant.isEmpty()) {
      return Optional.of(errant(effect, errant, primary));
    }
    GtidSet gap = source.gtidPurged().subtract(server.gtidExecuted());
    return gap.isEmpty() ? Optional.empty() : Optional.of(gap(effect, server, gap, primary));
  }

  /** Whoever follows it lacks what does not reach it, at the same GTID set. */
  private static Misfit partial(ServerObservation source) {
    return new Misfit(
        Failure.of(
            FailureCode.PARTIAL_COPY,
            "the source %s is no full copy of its shard: %s"
                .formatted(source.address(), String.join("; ", source.partialReasons())),
            MysqlHints.of(FailureCode.PARTIAL_COPY)),
        true);
  }

  private static Misfit errant(CatchUpEffect effect, GtidSet errant, ServerObservation primary) {
    GtidSet nowhere = errant.subtract(primary.gtidExecuted());
    GtidSet ofOrigin = nowhere.intersect(GtidSet.parse(effect.restored().gtidSet()));
    if (isFromBackup(effect) && !ofOrigin.isEmpty()) {
      return new Misfit(
          Failure.of(
              FailureCode.ERRANT_TRANSACTIONS,
              "%s was restored with %s, which the primary %s did not execute"
                  .formatted(effect.server(), shown(ofOrigin), primary.address()),
              MysqlHints.of(FailureCode.ERRANT_TRANSACTIONS)),
          true);
    }
    return new Misfit(
        Failure.of(
            FailureCode.SOURCE_LACKS_TRANSACTIONS,
            "%s executed %s, which its source %s did not"
                .formatted(effect.server(), shown(errant), effect.assignment().source()),
            nowhere.isEmpty()
                ? "the source lags behind the primary: tried again"
                : "they came from a server that died since; another attempt begins without them"),
        !nowhere.isEmpty());
  }

  private static Misfit gap(
      CatchUpEffect effect, ServerObservation server, GtidSet gap, ServerObservation primary) {
    GtidSet everywhere = primary.gtidPurged().subtract(server.gtidExecuted());
    if (isFromBackup(effect) && !everywhere.isEmpty()) {
      return new Misfit(
          Failure.of(
              FailureCode.BINLOG_GAP,
              "%s needs %s, which the primary %s purged"
                  .formatted(effect.server(), shown(everywhere), primary.address()),
              MysqlHints.of(FailureCode.BINLOG_GAP)),
          true);
    }
    return new Misfit(
        Failure.of(
            FailureCode.SOURCE_PURGED,
            "%s needs %s, which its source %s purged"
                .formatted(effect.server(), shown(gap), effect.assignment().source()),
            "another attempt may take another source; keep binlogs longer on the replicas"),
        true);
  }

  private static boolean isFromBackup(CatchUpEffect effect) {
    return effect.assignment().origin() instanceof SeedingOrigin.Backup;
  }

  private static String shown(GtidSet set) {
    String text = set.toString();
    return text.length() <= SHOWN_CHARACTERS_MAX
        ? text
        : text.substring(0, SHOWN_CHARACTERS_MAX) + "… (" + set.count() + " in all)";
  }
}

package io.reseed.validator.repository;

import io.reseed.backup.catalogue.ListedBackup;
import io.reseed.fleet.FailureException;
import io.reseed.fleet.ForeignText;
import io.reseed.fleet.ServerAddress;
import io.reseed.fleet.ShardName;
import io.reseed.fleet.ShortenedText;
import io.reseed.mysql.Credentials;
import io.reseed.mysql.MysqlSession;
import io.reseed.mysql.Timeouts;
import io.reseed.mysql.gtid.GtidSet;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which backups a primary cannot use, since it does not have the binlogs that follow them: it
 * purged them, or never had them, as a server that was itself made of a backup. Nothing is wrong
 * with such a backup. Thread-safe.
 */
public final class PurgedBinlogs {
  private static final Logger LOG = LoggerFactory.getLogger(PurgedBinlogs.class);
  private static final int SHOWN_CHARACTERS_MAX = 300;

  private final Map<String, Credentials> observers;

  /** Whether backups can be used with one primary. */
  @FunctionalInterface
  public interface Fit {
    /** Why a backup cannot be, for people; null where it can, or where that is not known. */
    @Nullable String objection(ListedBackup backup);
  }

  /**
   * Asks over connections of its own.
   *
   * @param observers the account that looks, by cluster
   */
  public PurgedBinlogs(Map<String, Credentials> observers) {
    this.observers = Map.copyOf(observers);
  }

  /**
   * Asks the primary once.
   *
   * @param before what was known before: it holds while the primary does not answer
   */
  public Fit fit(ShardName shard, @Nullable ServerAddress primary, Map<String, String> before) {
    Credentials observer = observers.get(shard.cluster());
    if (primary != null && observer != null) {
      try (MysqlSession session = MysqlSession.open(primary, observer, Timeouts.PROBE)) {
        GtidSet purged = session.gtidPurged();
        return backup -> objection(backup, primary, purged);
      } catch (FailureException e) {
        LOG.debug(
            "purged binlogs not known shard={} primary={} reason={}",
            shard,
            primary,
            ForeignText.shown(String.valueOf(e.getMessage())));
      }
    }
    return backup -> before.get(backup.id().text());
  }

  private static @Nullable String objection(
      ListedBackup backup, ServerAddress primary, GtidSet purged) {
    return switch (backup) {
      case ListedBackup.Usable usable -> {
        GtidSet gap = purged.subtract(usable.header().gtidExecuted());
        yield gap.isEmpty()
            ? null
            : "primary %s does not have the binlogs of %s, which the backup lacks"
                .formatted(primary, ShortenedText.of(gap.toString(), SHOWN_CHARACTERS_MAX));
      }
      case ListedBackup.Unusable _ -> null;
    };
  }
}

package io.reseed.validator;

import io.reseed.backup.BackupException;
import io.reseed.backup.catalogue.Catalogue;
import io.reseed.backup.catalogue.ListedBackup;
import io.reseed.backup.format.Verdict;
import io.reseed.events.BackupStatus;
import io.reseed.events.Failure;
import io.reseed.events.FailureClass;
import io.reseed.events.HostStatus;
import io.reseed.events.ServerAddress;
import io.reseed.events.ShardName;
import io.reseed.events.placement.PassedOver;
import io.reseed.events.placement.Placement;
import io.reseed.events.placement.PlacementRequest;
import io.reseed.mysql.Credentials;
import io.reseed.mysql.MysqlException;
import io.reseed.mysql.MysqlSession;
import io.reseed.mysql.Timeouts;
import io.reseed.shardruntime.EffectFailure;
import io.reseed.shardruntime.EffectRunner;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Looks things up for the machine; changes nothing outside. */
final class CycleWorker implements EffectRunner<CycleEffect, CycleInput> {
  private static final Duration LISTING_TIME_LIMIT = Duration.ofMinutes(2);
  private static final Duration PLACING_TIME_LIMIT = Duration.ofSeconds(30);
  private static final int BACKUPS_MAX = 100;

  /** Keeps the status far below what a record may have. */
  private static final int GTID_CHARACTERS_MAX = 300_000;

  /** Every InnoDB file of a server but its redo log; needs PROCESS. */
  private static final String DATA_BYTES =
      "SELECT CAST(COALESCE(SUM(FILE_SIZE), 0) + @@innodb_redo_log_capacity AS UNSIGNED)"
          + " FROM information_schema.INNODB_TABLESPACES";

  private final Catalogue catalogue;
  private final HostBoard hosts;
  private final Map<String, Credentials> observers;

  /**
   * Uses all of them without closing any.
   *
   * @param observers the account that looks, by cluster
   */
  CycleWorker(Catalogue catalogue, HostBoard hosts, Map<String, Credentials> observers) {
    this.catalogue = catalogue;
    this.hosts = hosts;
    this.observers = Map.copyOf(observers);
  }

  @Override
  public Duration timeLimit(CycleEffect effect) {
    return switch (effect) {
      case CycleEffect.ListBackups _ -> LISTING_TIME_LIMIT;
      case CycleEffect.FindPlace _ -> PLACING_TIME_LIMIT;
    };
  }

  @Override
  public CycleInput run(String shard, CycleEffect effect) throws InterruptedException {
    try {
      return switch (effect) {
        case CycleEffect.ListBackups list -> list(list);
        case CycleEffect.FindPlace find -> place(find);
      };
    } catch (BackupException | MysqlException | Failures.Found e) {
      if (Thread.interrupted()) {
        throw new InterruptedException(e.getMessage());
      }
      return refused(effect, Failures.of(e, effect.toString()));
    }
  }

  @Override
  public CycleInput failed(String shard, CycleEffect effect, EffectFailure failure) {
    boolean ours = failure.cause() == EffectFailure.Cause.THREW;
    return refused(
        effect,
        new Failure(
            "CYCLE_EFFECT_" + failure.cause(),
            ours ? FailureClass.BUG : FailureClass.TRANSIENT,
            Failures.cut(
                "%s of shard %s did not end: %s"
                    .formatted(effect.getClass().getSimpleName(), shard, failure.message())),
            ours ? "Report it with this service's log." : "It is tried again by itself."));
  }

  private static CycleInput refused(CycleEffect effect, Failure failure) {
    return switch (effect) {
      case CycleEffect.ListBackups list -> new CycleInput.ListingFailed(list.look(), failure);
      case CycleEffect.FindPlace find -> new CycleInput.NotPlaced(find.token(), failure);
    };
  }

  private CycleInput list(CycleEffect.ListBackups effect) {
    ShardName shard = effect.shard();
    List<ListedBackup> found =
        catalogue.list(new io.reseed.backup.format.ShardName(shard.cluster(), shard.shard()));
    List<BackupStatus.Backup> backups = new ArrayList<>();
    int characters = 0;
    for (ListedBackup listed : found.reversed()) {
      BackupStatus.Backup backup = backup(listed);
      characters += backup.gtidSet().length();
      if (backups.size() == BACKUPS_MAX
          || (characters > GTID_CHARACTERS_MAX && !backups.isEmpty())) {
        break;
      }
      backups.add(backup);
    }
    return new CycleInput.Listed(effect.look(), backups);
  }

  private static BackupStatus.Backup backup(ListedBackup listed) {
    return switch (listed) {
      case ListedBackup.Usable usable ->
          new BackupStatus.Backup(
              usable.id().text(),
              usable.verdict().map(CycleWorker::degree).orElse(BackupStatus.Degree.CREATED),
              usable.header().gtidExecuted().toString(),
              usable.rawBytes(),
              usable.storedBytes(),
              usable.header().createdAt(),
              usable.verdict().map(Verdict::reason).orElse(null),
              null);
      case ListedBackup.Unusable unusable ->
          new BackupStatus.Backup(
              unusable.id().text(),
              BackupStatus.Degree.UNHEALTHY,
              "",
              0,
              0,
              unusable.id().createdAt(),
              unusable.failure().code() + ": " + unusable.failure().getMessage(),
              null);
    };
  }

  private static BackupStatus.Degree degree(Verdict verdict) {
    return switch (verdict.outcome()) {
      case VALIDATED -> BackupStatus.Degree.VALIDATED;
      case RESTORABLE -> BackupStatus.Degree.RESTORABLE;
      case UNHEALTHY -> BackupStatus.Degree.UNHEALTHY;
    };
  }

  /** The donor is asked for its size only when there is a host at all. */
  private CycleInput place(CycleEffect.FindPlace effect) {
    Placement anySize = look(effect, 0);
    if (anySize.host().isEmpty()) {
      return new CycleInput.NotPlaced(effect.token(), noHost(effect.shard(), anySize));
    }
    long bytes = dataBytes(effect.shard(), effect.token().donor());
    Placement placement = look(effect, bytes + bytes / 5);
    Optional<HostStatus> host = placement.host();
    return host.isPresent()
        ? new CycleInput.Placed(effect.token(), host.get().host())
        : new CycleInput.NotPlaced(effect.token(), noHost(effect.shard(), placement));
  }

  private Placement look(CycleEffect.FindPlace effect, long bytesNeeded) {
    PlacementRequest request =
        new PlacementRequest(
            effect.shard(),
            HostStatus.Pool.BACKUP,
            effect.members(),
            bytesNeeded,
            effect.hostsAvoided());
    return hosts
        .place(request, effect.token().seeding())
        .orElseThrow(
            () ->
                new Failures.Found(
                    new Failure(
                        "HOSTS_UNKNOWN",
                        FailureClass.TRANSIENT,
                        "The topics host-status and seeding-assigned are not read to their ends.",
                        "It is tried again by itself; look at Kafka if it goes on.")));
  }

  private long dataBytes(ShardName shard, ServerAddress donor) {
    Credentials observer = observers.get(shard.cluster());
    if (observer == null) {
      throw new Failures.Found(Failures.accountMissing(shard.cluster(), "observer"));
    }
    io.reseed.mysql.ServerAddress address =
        new io.reseed.mysql.ServerAddress(donor.host(), donor.port());
    try (MysqlSession session = MysqlSession.open(address, observer, Timeouts.PROBE)) {
      return Long.parseLong(session.queryValue(DATA_BYTES).orElse("0"));
    }
  }

  private static Failure noHost(ShardName shard, Placement placement) {
    String reasons =
        placement.passedOver().stream()
            .filter(passed -> passed.reason() != PassedOver.Reason.OTHER_POOL)
            .map(PassedOver::toString)
            .collect(Collectors.joining("; "));
    return new Failure(
        "NO_BACKUP_HOST",
        FailureClass.OPERATOR_MUST_ACT,
        Failures.cut(
            "No host of pool backup can take a server of shard %s: %s"
                .formatted(shard, reasons.isEmpty() ? "there is none" : reasons)),
        "Add a host with reseed.host.pool=backup, or slots or disk to one. Looked for again every"
            + " few seconds.");
  }
}

package io.reseed.validator.cycle;

import io.reseed.backup.catalogue.Catalogue;
import io.reseed.backup.catalogue.ListedBackup;
import io.reseed.backup.format.Verdict;
import io.reseed.coordinator.EffectFailure;
import io.reseed.coordinator.EffectRunner;
import io.reseed.events.BackupStatus;
import io.reseed.events.Evidence;
import io.reseed.fleet.BackupId;
import io.reseed.fleet.Failure;
import io.reseed.fleet.FailureException;
import io.reseed.fleet.ShortenedText;
import io.reseed.validator.repository.PurgedBinlogs;
import io.reseed.validator.repository.VerdictEvidence;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Looks things up for the machine, and writes what it decided about backups beside them. */
final class CycleWorker implements EffectRunner<CycleEffect, CycleInput> {
  private static final Duration STORE_TIME_LIMIT = Duration.ofMinutes(2);
  private static final Duration PLACING_TIME_LIMIT = Duration.ofSeconds(30);
  private static final int BACKUPS_MAX = 100;
  private static final int EVIDENCE_MAX = 10;
  private static final int NOTE_CHARACTERS_MAX = 500;

  /** Keeps the status far below what a record may have. */
  private static final int GTID_CHARACTERS_MAX = 300_000;

  private final Catalogue catalogue;
  private final Places places;
  private final PurgedBinlogs binlogs;
  private final Duration settlingMax;

  /** Looks for hosts. */
  interface Places {
    CycleInput find(CycleEffect.FindPlace effect) throws InterruptedException;
  }

  /**
   * Uses all of them without closing any.
   *
   * @param settlingMax how long it may take, after a start, until the living hosts are known
   */
  CycleWorker(Catalogue catalogue, Places places, PurgedBinlogs binlogs, Duration settlingMax) {
    this.catalogue = catalogue;
    this.places = places;
    this.binlogs = binlogs;
    this.settlingMax = settlingMax;
  }

  @Override
  public Duration timeLimit(CycleEffect effect) {
    return switch (effect) {
      case CycleEffect.ListBackups _, CycleEffect.RecordVerdict _ -> STORE_TIME_LIMIT;
      case CycleEffect.FindPlace _ -> PLACING_TIME_LIMIT.plus(STORE_TIME_LIMIT).plus(settlingMax);
    };
  }

  @Override
  public CycleInput run(String shard, CycleEffect effect) throws InterruptedException {
    try {
      return switch (effect) {
        case CycleEffect.ListBackups list -> list(list);
        case CycleEffect.RecordVerdict write -> write(write);
        case CycleEffect.FindPlace find -> place(find);
      };
    } catch (FailureException e) {
      if (Thread.interrupted()) {
        throw new InterruptedException(e.getMessage());
      }
      return refused(effect, e.failure());
    }
  }

  /**
   * A store that takes nothing is found out here, and not by each attempt once its server was
   * restored, caught up and checked.
   */
  private CycleInput place(CycleEffect.FindPlace find) throws InterruptedException {
    CycleInput found = places.find(find);
    if (found instanceof CycleInput.Placed) {
      catalogue.requireWritable();
    }
    return found;
  }

  @Override
  public CycleInput failed(String shard, CycleEffect effect, EffectFailure failure) {
    boolean ours = failure.cause() == EffectFailure.Cause.THREW;
    return refused(
        effect,
        Failure.of(
            failure.code(),
            "%s of shard %s did not end: %s"
                .formatted(effect.getClass().getSimpleName(), shard, failure.message()),
            ours ? "Report it with this service's log." : "It is tried again by itself."));
  }

  private static CycleInput refused(CycleEffect effect, Failure failure) {
    return switch (effect) {
      case CycleEffect.ListBackups list -> new CycleInput.ListingFailed(list.look(), failure);
      case CycleEffect.RecordVerdict write ->
          new CycleInput.VerdictRefused(write.verdict().number(), failure);
      case CycleEffect.FindPlace find -> new CycleInput.NotPlaced(find.token(), failure);
    };
  }

  private CycleInput write(CycleEffect.RecordVerdict effect) {
    PendingVerdicts.Decided verdict = effect.verdict();
    Map<String, String> evidence = new TreeMap<>();
    if (verdict.evidence() != null) {
      evidence.putAll(VerdictEvidence.flatten(verdict.evidence()));
    }
    put(evidence, "seeding", verdict.seeding());
    put(evidence, "next", verdict.next());
    catalogue.record(
        effect.shard(),
        new BackupId(verdict.backup().backup()),
        new Verdict(outcome(verdict.degree()), verdict.decidedAt(), verdict.reason(), evidence));
    return new CycleInput.VerdictRecorded(verdict.number());
  }

  private static void put(Map<String, String> texts, String name, @Nullable String text) {
    if (text != null) {
      texts.put(name, text);
    }
  }

  private static Verdict.Outcome outcome(BackupStatus.Degree degree) {
    return switch (degree) {
      case RESTORABLE -> Verdict.Outcome.RESTORABLE;
      case VALIDATED -> Verdict.Outcome.VALIDATED;
      case UNHEALTHY -> Verdict.Outcome.UNHEALTHY;
      case CREATED -> throw new IllegalArgumentException("CREATED is no verdict");
    };
  }

  private CycleInput list(CycleEffect.ListBackups effect) {
    Set<BackupId> usable =
        effect.usable().stream()
            .filter(BackupId::isValid)
            .map(BackupId::new)
            .collect(Collectors.toSet());
    List<ListedBackup> found = catalogue.list(effect.shard(), usable);
    PurgedBinlogs.Fit fit =
        binlogs.fit(effect.shard(), effect.fit().primary(), effect.fit().unusable());
    List<BackupStatus.Backup> backups = new ArrayList<>();
    Map<String, Failure> unusable = new HashMap<>();
    int characters = 0;
    for (ListedBackup listed : found.reversed()) {
      BackupStatus.Backup backup =
          backup(listed, backups.size() < EVIDENCE_MAX).unusable(fit.objection(listed));
      characters += backup.gtidSet().length();
      if (backups.size() == BACKUPS_MAX
          || (characters > GTID_CHARACTERS_MAX && !backups.isEmpty())) {
        break;
      }
      backups.add(backup);
      if (listed instanceof ListedBackup.Unusable broken) {
        unusable.put(broken.id().text(), broken.failure().failure());
      }
    }
    boolean whole = backups.size() == found.size();
    return new CycleInput.Listed(effect.look(), backups, unusable, whole);
  }

  private static BackupStatus.Backup backup(ListedBackup listed, boolean withEvidence) {
    return switch (listed) {
      case ListedBackup.Usable usable ->
          new BackupStatus.Backup(
              usable.id().text(),
              usable.verdict().map(CycleWorker::degree).orElse(BackupStatus.Degree.CREATED),
              usable.header().gtidExecuted().toString(),
              usable.rawBytes(),
              usable.storedBytes(),
              usable.header().createdAt(),
              usable.verdict().map(verdict -> note(verdict.reason())).orElse(null),
              withEvidence ? evidence(usable) : null,
              null,
              null);
      case ListedBackup.Unusable unusable ->
          new BackupStatus.Backup(
              unusable.id().text(),
              BackupStatus.Degree.UNHEALTHY,
              "",
              0,
              0,
              unusable.id().createdAt(),
              note(unusable.failure().code() + ": " + unusable.failure().getMessage()),
              null,
              null,
              null);
    };
  }

  private static String note(String text) {
    return ShortenedText.of(text, NOTE_CHARACTERS_MAX);
  }

  private static @Nullable Evidence evidence(ListedBackup.Usable backup) {
    return backup
        .verdict()
        .flatMap(verdict -> VerdictEvidence.parse(verdict.evidence()))
        .orElse(null);
  }

  private static BackupStatus.Degree degree(Verdict verdict) {
    return switch (verdict.outcome()) {
      case VALIDATED -> BackupStatus.Degree.VALIDATED;
      case RESTORABLE -> BackupStatus.Degree.RESTORABLE;
      case UNHEALTHY -> BackupStatus.Degree.UNHEALTHY;
    };
  }
}

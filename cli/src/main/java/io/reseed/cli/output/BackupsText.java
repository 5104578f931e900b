package io.reseed.cli.output;

import io.reseed.cli.fleet.Fleet;
import io.reseed.events.BackupStatus;
import io.reseed.fleet.Failure;
import io.reseed.fleet.ShardName;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The shards' backups for people. */
public final class BackupsText {
  private static final String INDENT = "    ";
  private static final String UNHEARD =
      """
        ! the validator-service said nothing about it yet
          do: see whether it runs on the hosts of pool backup
      """;

  private final Fleet fleet;
  private final Set<ShardName> only;
  private final Instant now;
  private final StringBuilder text = new StringBuilder();

  private BackupsText(Fleet fleet, Set<ShardName> only, Instant now) {
    this.fleet = fleet;
    this.only = only;
    this.now = now;
  }

  /** All backups, one line each; below each line its evidence if {@code withEvidence}. */
  public static String of(Fleet fleet, Set<ShardName> only, Instant now, boolean withEvidence) {
    BackupsText backups = new BackupsText(fleet, only, now);
    String warnings = warnings(fleet, only);
    backups.text.append(warnings).append(warnings.isEmpty() ? "" : "\n");
    backups.list(withEvidence);
    backups.outlook();
    return backups.text.toString();
  }

  /** A loud line for each shard without a proven backup, with the reason and what to do. */
  static String warnings(Fleet fleet, Set<ShardName> only) {
    StringBuilder warnings = new StringBuilder();
    for (ShardName shard : fleet.unproven(only)) {
      warnings.append("!! %s HAS NO PROVEN BACKUP\n".formatted(shard));
      Optional<BackupStatus> status =
          fleet.backups(only).stream().filter(it -> it.shard().equals(shard)).findFirst();
      warnings.append(status.map(it -> failure(it.failure())).orElse(UNHEARD));
    }
    return warnings.toString();
  }

  /** One row per shard: whether and how far its backups are proven, and what goes on. */
  static TextTable summary(List<BackupStatus> shards, Instant now) {
    TextTable table =
        new TextTable("SHARD", "PROVEN", "BACKUPS", "NEWEST PROVEN", "CYCLE", "NEXT CYCLE");
    for (BackupStatus shard : shards) {
      table.row(
          shard.shard().toString(),
          shard.proven() ? "yes" : "NO",
          degrees(shard),
          newestProven(shard)
              .map(it -> it.backup() + ", " + Figures.age(it.createdAt(), now))
              .orElse("-"),
          shard.cycle() == null ? "-" : cycle(shard.cycle()),
          shard.nextCycleAt() == null ? "-" : Figures.until(shard.nextCycleAt(), now));
    }
    return table;
  }

  private static String degrees(BackupStatus shard) {
    List<String> counts = new ArrayList<>();
    for (BackupStatus.Degree degree : BackupStatus.Degree.values()) {
      long count = shard.backups().stream().filter(it -> it.degree() == degree).count();
      if (count > 0) {
        counts.add(count + " " + degree.toString().toLowerCase(Locale.ROOT));
      }
    }
    return counts.isEmpty() ? "none" : String.join(", ", counts);
  }

  private static Optional<BackupStatus.Backup> newestProven(BackupStatus shard) {
    return shard.backups().stream()
        .filter(
            it ->
                switch (it.degree()) {
                  case RESTORABLE, VALIDATED -> true;
                  case CREATED, UNHEALTHY -> false;
                })
        .findFirst();
  }

  private static String cycle(BackupStatus.Cycle cycle) {
    return "%s at %s on %s"
        .formatted(EventText.cycle(cycle.kind(), cycle.backup()), cycle.stage(), cycle.host());
  }

  private void list(boolean withEvidence) {
    TextTable table =
        new TextTable("SHARD", "BACKUP", "DEGREE", "CREATED", "DATA", "STORED", "NOTE");
    List<BackupStatus.Backup> backups = new ArrayList<>();
    for (BackupStatus shard : fleet.backups(only)) {
      for (BackupStatus.Backup backup : shard.backups()) {
        backups.add(backup);
        table.row(
            shard.shard().toString(),
            backup.backup(),
            backup.degree().toString(),
            Figures.age(backup.createdAt(), now),
            Figures.bytes(backup.bytesRaw()),
            Figures.bytes(backup.bytesStored()),
            note(backup));
      }
    }
    if (!table.hasRows()) {
      text.append("no backups\n");
      return;
    }
    List<String> blocks = table.blocks();
    text.append(blocks.getFirst());
    for (int i = 0; i < backups.size(); i++) {
      text.append(blocks.get(i + 1));
      if (withEvidence) {
        evidence(backups.get(i));
      }
    }
  }

  private static String note(BackupStatus.Backup backup) {
    List<String> notes = new ArrayList<>();
    if (backup.unusable() != null) {
      notes.add(
          "not usable with the present primary: %s; make a new one".formatted(backup.unusable()));
    }
    if (backup.suspected() != null) {
      notes.add("suspected: " + backup.suspected());
    }
    if (backup.note() != null) {
      notes.add(backup.note());
    }
    return String.join("; ", notes);
  }

  private void evidence(BackupStatus.Backup backup) {
    text.append(
        backup.evidence() == null
            ? INDENT + "no evidence is kept of it\n"
            : EvidenceText.details(backup.evidence(), INDENT));
  }

  private void outlook() {
    text.append('\n');
    for (BackupStatus shard : fleet.backups(only)) {
      text.append("%s: %s\n".formatted(shard.shard(), FailureText.shown(shard.headline())));
      shard.backups().stream()
          .filter(it -> it.degree() == BackupStatus.Degree.VALIDATED)
          .flatMap(it -> Optional.ofNullable(it.evidence()).stream())
          .findFirst()
          .ifPresent(evidence -> text.append(EvidenceText.unproven(evidence, "  ")));
      BackupStatus.Cycle cycle = shard.cycle();
      if (cycle != null) {
        text.append(
            "  cycle in flight: %s, %s, attempt %d\n"
                .formatted(cycle.seeding(), cycle(cycle), cycle.attempt()));
      }
      if (shard.nextCycleAt() != null) {
        text.append(
            "  next cycle: %s (%s)\n"
                .formatted(
                    Figures.until(shard.nextCycleAt(), now),
                    shard.nextCycleAt().truncatedTo(ChronoUnit.SECONDS)));
      }
      if (shard.proven()) {
        text.append(failure(shard.failure()));
      }
    }
  }

  private static String failure(@Nullable Failure failure) {
    return failure == null ? "" : FailureText.lines(failure);
  }
}

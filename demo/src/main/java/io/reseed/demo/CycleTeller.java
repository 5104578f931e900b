package io.reseed.demo;

import io.reseed.demo.Screen.Tone;
import io.reseed.events.Assignment;
import io.reseed.events.BackupCreated;
import io.reseed.events.BackupRestored;
import io.reseed.events.BackupStatus.Degree;
import io.reseed.events.BackupValidated;
import io.reseed.events.Evidence;
import io.reseed.events.ProofAssigned;
import io.reseed.events.ReplicaCaughtUp;
import io.reseed.events.SeedingAssigned;
import io.reseed.events.SeedingFailed;
import io.reseed.events.SeedingOrigin;
import io.reseed.events.SeedingProgress;
import io.reseed.events.SeedingStage;
import io.reseed.events.ServerChecked;
import io.reseed.events.ValidationFailed;
import io.reseed.events.check.CheckResult;
import io.reseed.fleet.ShardName;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** The words for what a shard's cycles report. */
final class CycleTeller {
  private final Screen screen;
  private final String about;
  private final Set<String> told = new HashSet<>();

  CycleTeller(Screen screen, ShardName shard) {
    this.screen = screen;
    this.about = shard.toString();
  }

  void assigned(SeedingAssigned assignment) {
    if (assignment.goal() != SeedingAssigned.Goal.MAKE || !isNew(assignment, "MAKE")) {
      return;
    }
    String origin =
        switch (assignment.origin()) {
          case SeedingOrigin.Backup backup -> "from backup " + backup.backup();
          case SeedingOrigin.Donor donor ->
              donor.donor().equals(assignment.primary())
                  ? "by CLONE of the primary " + donor.donor()
                  : "by CLONE of the replica " + donor.donor();
        };
    String attempt = assignment.attempt() == 1 ? "" : " (attempt " + assignment.attempt() + ")";
    tell("cycle: a server on " + assignment.host() + " " + origin + attempt, Tone.PLAIN);
  }

  void assigned(ProofAssigned assignment) {
    if (assignment.goal() == ProofAssigned.Goal.SNAPSHOT && isNew(assignment, "SNAPSHOT")) {
      tell("stopping it cleanly for the snapshot", Tone.PLAIN);
    }
  }

  /** An assignment comes again when its source changes. */
  private boolean isNew(Assignment assignment, String goal) {
    return told.add(assignment.seeding() + " " + assignment.attempt() + " " + goal);
  }

  void progress(SeedingProgress progress, boolean fresh) {
    String verb =
        switch (progress.stage()) {
          case RESTORE -> fresh ? "cloning     " : "restoring   ";
          case CATCH_UP -> "catching up ";
          case CHECK -> "checking    ";
          case SNAPSHOT -> "snapshotting";
          case READ_BACK -> "reading back";
        };
    screen.bar(about, verb + " " + Figures.bar(progress));
  }

  void restored(BackupRestored restored) {
    String what =
        switch (restored.origin()) {
          case SeedingOrigin.Backup _ ->
              "restored: %s read, %s written"
                  .formatted(
                      Figures.bytes(restored.bytesRead()), Figures.bytes(restored.bytesWritten()));
          case SeedingOrigin.Donor _ ->
              "cloned: %s received from the donor".formatted(Figures.bytes(restored.bytesRead()));
        };
    tell(what + in(restored.durationMillis()), Tone.PLAIN);
  }

  void caughtUp(ReplicaCaughtUp done) {
    tell(
        "caught up: %d transactions from %s".formatted(done.transactionsReplayed(), done.source())
            + in(done.durationMillis()),
        Tone.PLAIN);
  }

  void checked(ServerChecked checked) {
    String what =
        checked.stage() == SeedingStage.READ_BACK
            ? "read back: %s restored beside it, started and checked"
                .formatted(Figures.bytes(checked.bytesRestored()))
            : "checked: " + names(checked.checks());
    tell(what + in(checked.durationMillis()), Tone.PLAIN);
  }

  private static String names(List<CheckResult> checks) {
    return checks.stream()
        .map(
            check ->
                switch (check.outcome()) {
                  case HELD -> check.name();
                  case SKIPPED -> check.name() + " (skipped)";
                })
        .collect(Collectors.joining(", "));
  }

  void created(BackupCreated created) {
    tell(
        "backup %s made: %s of files, %s uploaded"
                .formatted(
                    created.backup(),
                    Figures.bytes(created.bytesRaw()),
                    Figures.bytes(created.bytesUploaded()))
            + in(created.durationMillis()),
        Tone.PLAIN);
  }

  void degree(String backup, Degree degree) {
    tell(
        "backup %s is %s".formatted(backup, degree),
        degree == Degree.UNHEALTHY ? Tone.BAD : Tone.GOOD);
  }

  void validated(BackupValidated validated) {
    tell("backup %s is VALIDATED".formatted(validated.backup()), Tone.GOOD);
    evidence(validated.evidence(), validated.createdAt());
  }

  private void evidence(Evidence evidence, Instant createdAt) {
    screen.line(
        "    evidence: made at %s, restored on %s (%s), %d transactions replayed from %s"
            .formatted(
                createdAt,
                evidence.host(),
                Figures.bytes(evidence.bytesRestored()),
                evidence.transactionsReplayed(),
                evidence.source()),
        Tone.PLAIN);
    for (CheckResult check : evidence.checks()) {
      screen.line(
          "      %s %-26s %6s s  %s"
              .formatted(
                  check.outcome() == CheckResult.Outcome.HELD ? "\u2714" : "-",
                  check.name(),
                  Figures.seconds(Duration.ofMillis(check.durationMillis())),
                  check.detail()),
          Tone.PLAIN);
    }
    screen.line(
        "      seconds: "
            + evidence.stages().stream()
                .map(
                    stage ->
                        word(stage.stage())
                            + " "
                            + Figures.seconds(Duration.ofMillis(stage.durationMillis())))
                .collect(Collectors.joining(", ")),
        Tone.PLAIN);
  }

  /** As people and metrics write a stage. */
  static String word(SeedingStage stage) {
    return stage.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  void failed(SeedingFailed failed) {
    tell(
        "attempt %d failed: %s, %s"
            .formatted(failed.attempt(), failed.failure().code(), failed.failure().message()),
        Tone.BAD);
  }

  void failed(ValidationFailed failed) {
    tell(
        "validation-failed: %s%s"
            .formatted(
                failed.failure().code(),
                failed.condemned() ? ", backup " + failed.backup() + " is condemned" : ""),
        Tone.BAD);
  }

  private static String in(long durationMillis) {
    return " (" + Figures.seconds(Duration.ofMillis(durationMillis)) + " s)";
  }

  private void tell(String text, Tone tone) {
    screen.endBar(about);
    screen.event(about, text, tone);
  }
}

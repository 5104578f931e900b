package io.reseed.cli.output;

import io.reseed.events.BackupCreated;
import io.reseed.events.BackupRequested;
import io.reseed.events.BackupValidated;
import io.reseed.events.CycleKind;
import io.reseed.events.Event;
import io.reseed.events.FailoverFact;
import io.reseed.events.SeedingFailed;
import io.reseed.events.ServerChecked;
import io.reseed.events.ValidationFailed;
import io.reseed.events.ValidationRequested;
import io.reseed.fleet.Failure;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The backup pipeline's events, and what the failover-detector tells, for people. The first line of
 * each tells when, of what, on which shard, and what happened; further ones are indented.
 */
public final class EventText {
  private EventText() {}

  /** The event's text, or empty for those that are shown as their documents. */
  public static Optional<String> of(Event event, Instant at) {
    String said =
        switch (event) {
          case BackupRequested asked -> requested(asked);
          case ValidationRequested begun -> begun(begun);
          case ServerChecked checked -> checked(checked);
          case SeedingFailed failed -> attemptFailed(failed);
          case BackupCreated created -> created(created);
          case BackupValidated validated -> validated(validated);
          case ValidationFailed failed -> failed(failed);
          case FailoverFact fact -> FailoverText.of(fact);
          default -> "";
        };
    return said.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "%s %s %s %s"
                .formatted(time(at), event.topic().baseName(), event.partitionKey(), said));
  }

  public static String time(Instant at) {
    return at.truncatedTo(ChronoUnit.MILLIS).toString();
  }

  /** What a cycle of this kind does, with {@code backup} or by itself. */
  public static String cycle(CycleKind kind, @Nullable String backup) {
    return backup == null ? kind.toString() : kind + " of " + backup;
  }

  private static String requested(BackupRequested asked) {
    return "%s, asked for by %s, request %s"
        .formatted(cycle(asked.kind(), asked.backup()), asked.publisher(), asked.request());
  }

  private static String begun(ValidationRequested begun) {
    return "%s began as %s: %s"
        .formatted(
            cycle(begun.kind(), begun.backup()),
            begun.seeding(),
            FailureText.shown(begun.reason()));
  }

  private static String checked(ServerChecked checked) {
    return "%s of %s on %s%s, attempt %d: %s, %s"
        .formatted(
            checked.stage(),
            checked.seeding(),
            checked.host(),
            checked.backup() == null ? "" : ", made from " + checked.backup(),
            checked.attempt(),
            EvidenceText.checks(checked.checks()),
            Figures.millis(checked.durationMillis()));
  }

  private static String attemptFailed(SeedingFailed failed) {
    return "attempt %d of %s on %s failed in %s: %s"
        .formatted(
            failed.attempt(),
            failed.seeding(),
            failed.host(),
            failed.stage(),
            failure(failed.failure()));
  }

  private static String created(BackupCreated created) {
    return "%s by %s: %s of data, %s stored, %s uploaded in %s; %s"
        .formatted(
            created.backup(),
            created.seeding(),
            Figures.bytes(created.bytesRaw()),
            Figures.bytes(created.bytesStored()),
            Figures.bytes(created.bytesUploaded()),
            Figures.millis(created.durationMillis()),
            EvidenceText.checks(created.checks()));
  }

  private static String validated(BackupValidated validated) {
    String next = validated.next() == null ? "" : "\n  next backup: " + validated.next();
    return "%s of %s is proven by %s: %s\n  %s; %s%s"
        .formatted(
            validated.backup(),
            validated.createdAt().truncatedTo(ChronoUnit.SECONDS),
            validated.seeding(),
            EvidenceText.origin(validated.evidence()),
            EvidenceText.checks(validated.evidence().checks()),
            EvidenceText.stages(validated.evidence().stages()),
            next);
  }

  private static String failed(ValidationFailed failed) {
    String backup = failed.backup() == null ? "no backup" : failed.backup();
    return "%s %s, in %s%s: %s\n  next: %s"
        .formatted(
            backup,
            failed.condemned() ? "CONDEMNED" : "not condemned",
            failed.stage(),
            failed.seeding() == null ? "" : " of " + failed.seeding(),
            failure(failed.failure()),
            next(failed.next()));
  }

  private static String next(ValidationFailed.Next next) {
    return switch (next) {
      case FRESH_CYCLE -> "a fresh full cycle begins at once";
      case LATER_CYCLE -> "another cycle begins after a while";
      case NONE -> "nothing new: other backups or a cycle in flight serve";
    };
  }

  static String failure(Failure failure) {
    return "%s (%s)\n  what: %s\n  do: %s"
        .formatted(
            failure.code(),
            failure.failureClass(),
            FailureText.shown(failure.message()),
            FailureText.shown(failure.hint()));
  }
}

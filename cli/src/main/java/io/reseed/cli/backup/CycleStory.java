package io.reseed.cli.backup;

import io.reseed.cli.fleet.Fleet;
import io.reseed.cli.output.EventText;
import io.reseed.cli.output.Figures;
import io.reseed.cli.output.ProgressText;
import io.reseed.events.BackupCreated;
import io.reseed.events.BackupRequested;
import io.reseed.events.BackupRestored;
import io.reseed.events.BackupStatus;
import io.reseed.events.BackupValidated;
import io.reseed.events.CycleKind;
import io.reseed.events.Event;
import io.reseed.events.ReplicaCaughtUp;
import io.reseed.events.SeedingAssigned;
import io.reseed.events.SeedingFailed;
import io.reseed.events.SeedingProgress;
import io.reseed.events.SeedingStage;
import io.reseed.events.ServerChecked;
import io.reseed.events.Topic;
import io.reseed.events.ValidationFailed;
import io.reseed.events.ValidationRequested;
import io.reseed.fleet.Failure;
import io.reseed.fleet.ForeignText;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Follows the cycle that begins for a request, from what lies on the topics after it. The first
 * cycle that does what was asked counts, whatever made it begin; in place of a regular one a fresh
 * one serves, as a shard without a usable backup has no other. Records of different topics may come
 * in any order.
 */
public final class CycleStory {
  /** What has to be read. */
  static final Set<Topic> TOPICS =
      EnumSet.of(
          Topic.VALIDATION_REQUESTED,
          Topic.SEEDING_ASSIGNED,
          Topic.SEEDING_PROGRESS,
          Topic.BACKUP_RESTORED,
          Topic.REPLICA_CAUGHT_UP,
          Topic.SEEDING_FAILED,
          Topic.SERVER_CHECKED,
          Topic.BACKUP_CREATED,
          Topic.BACKUP_VALIDATED,
          Topic.VALIDATION_FAILED,
          Topic.BACKUP_STATUS);

  /** The longest that an outcome may come after the cycle's end. */
  public static final Duration OUTCOME_AFTER_END_MAX = Duration.ofMinutes(1);

  private static final Duration BETWEEN_PROGRESS_LINES = Duration.ofSeconds(10);
  private static final int EARLY_MAX = 1_000;

  private final BackupRequested request;
  private final Consumer<String> lines;
  private final Deque<Received> early = new ArrayDeque<>();
  private final Map<String, Instant> over = new HashMap<>();
  private @Nullable ValidationRequested begun;
  private @Nullable String headline;
  private @Nullable SeedingStage stage;
  private Instant progressReportedAt = Instant.EPOCH;
  private boolean created;
  private boolean validated;
  private boolean failed;
  private boolean gone;
  private boolean condemned;
  private @Nullable Failure failure;
  private @Nullable BackupStatus status;

  private record Received(Event event, Instant at) {}

  /**
   * How it ended.
   *
   * @param good whether everything that the cycle was for came true
   */
  public record Ending(boolean good, String sentence) {}

  /** Tells what it hears to {@code lines}. */
  public CycleStory(BackupRequested request, Consumer<String> lines) {
    this.request = request;
    this.lines = lines;
  }

  /** Takes in one event, written at {@code at}; those of other shards are passed over. */
  public void hear(Event event, Instant at) {
    if (!event.partitionKey().equals(request.key())) {
      return;
    }
    if (event instanceof SeedingAssigned assigned) {
      over.remove(assigned.seeding()); // its next attempt
    }
    if (begun != null) {
      if (begun.seeding().equals(seedingOf(event))) {
        follow(event, at);
      } else {
        besides(begun, event, at);
      }
    } else if (event instanceof ValidationRequested cycle && serves(cycle)) {
      begin(cycle, at);
    } else if (event instanceof ValidationFailed refusal && refuses(refusal)) {
      failed = true;
      failure = refusal.failure();
      tell(refusal, at);
    } else if (event instanceof BackupStatus status) {
      waiting(status, at);
    } else if (!(event instanceof SeedingProgress)) {
      early.addLast(new Received(event, at));
      if (early.size() > EARLY_MAX) {
        early.removeFirst();
      }
    }
  }

  /** What does not name the cycle, and tells of it all the same. */
  private void besides(ValidationRequested cycle, Event event, Instant at) {
    switch (event) {
      case BackupStatus newest -> {
        status = newest;
        if (over.containsKey(cycle.seeding())) {
          waiting(newest, at);
        }
      }
      case ValidationFailed refusal
          when refusal.seeding() == null
              && refusal.backup() != null
              && refusal.backup().equals(cycle.backup()) -> {
        tell(refusal, at);
        condemned = true;
        failure = refusal.failure();
      }
      default -> {
        // of other cycles
      }
    }
  }

  /** Takes in that the shard left Reseed's care: nothing more is told of it. */
  public void hearGone() {
    gone = true;
  }

  /** Takes in that the assignment for {@code seeding} is no more, heard at {@code at}. */
  public void hearOver(String seeding, Instant at) {
    over.putIfAbsent(seeding, at);
  }

  /** How it ended, as far as is known at {@code now}. */
  public Optional<Ending> ending(Instant now) {
    if (failed) {
      return Optional.of(new Ending(false, "the cycle failed" + code(": ")));
    }
    if (gone) {
      return Optional.of(
          new Ending(false, "the shard was forgotten: no cycle of it comes to an end"));
    }
    Instant overAt = begun == null ? null : over.get(begun.seeding());
    if (begun == null || overAt == null) {
      return Optional.empty();
    }
    boolean complete =
        switch (begun.kind()) {
          case REGULAR -> created && validated;
          case FRESH -> created;
          case EXAMINATION -> validated;
        };
    if (complete) {
      return Optional.of(new Ending(true, "the cycle is complete"));
    }
    return now.isAfter(overAt.plus(OUTCOME_AFTER_END_MAX)) && !goesOn(begun.seeding())
        ? Optional.of(new Ending(false, givenUp(begun)))
        : Optional.empty();
  }

  /** Between two attempts no server is assigned either, and the status says what failed. */
  private boolean goesOn(String seeding) {
    return status != null
        && (status.cycle() == null
            ? status.failure() != null
            : status.cycle().seeding().equals(seeding));
  }

  private String givenUp(ValidationRequested cycle) {
    String why =
        condemned
            ? "backup %s was condemned meanwhile%s".formatted(cycle.backup(), code(": "))
            : status != null && status.cycle() != null
                ? "cycle %s took its place".formatted(status.cycle().seeding())
                : "it was not wanted any longer" + code(", after ");
    return "the cycle was given up without a result: %s; see 'reseed backups --shard %s'"
        .formatted(why, request.shard());
  }

  /** The code of what went wrong last, and where it is explained. */
  private String code(String before) {
    return failure == null
        ? ""
        : "%s%s (see 'reseed explain %s')".formatted(before, failure.code(), failure.code());
  }

  /** Where it stands, for somebody who gives up waiting. */
  public String standing() {
    if (begun == null) {
      return "no cycle began for it" + (headline == null ? "" : ": " + headline);
    }
    String where = stage == null ? "its beginning" : stage.toString();
    Failure last = status != null && status.failure() != null ? status.failure() : failure;
    return "its cycle %s is at %s%s"
        .formatted(
            begun.seeding(),
            where,
            last == null
                ? ""
                : ", after " + last.code() + ": " + ForeignText.shown(last.message()));
  }

  private boolean serves(ValidationRequested cycle) {
    return switch (request.kind()) {
      case REGULAR -> cycle.kind() != CycleKind.EXAMINATION;
      case FRESH -> cycle.kind() == CycleKind.FRESH;
      case EXAMINATION ->
          cycle.kind() == CycleKind.EXAMINATION && Objects.equals(cycle.backup(), request.backup());
    };
  }

  /** The repository itself can show that a backup is unusable: then no server is made. */
  private boolean refuses(ValidationFailed failure) {
    return request.backup() != null
        && failure.seeding() == null
        && request.backup().equals(failure.backup());
  }

  private void begin(ValidationRequested cycle, Instant at) {
    begun = cycle;
    tell(cycle, at);
    for (Received heard : early) {
      if (cycle.seeding().equals(seedingOf(heard.event()))) {
        follow(heard.event(), heard.at());
      }
    }
    early.clear();
  }

  private void follow(Event event, Instant at) {
    if (event instanceof SeedingProgress progress) {
      progress(progress, at);
      return;
    }
    tell(event, at);
    if (event instanceof BackupCreated) {
      created = true;
    } else if (event instanceof BackupValidated) {
      validated = true;
    } else if (event instanceof ValidationFailed refusal) {
      failed = true;
      failure = refusal.failure();
    } else if (event instanceof SeedingFailed attempt) {
      failure = attempt.failure();
    }
  }

  private void tell(Event event, Instant at) {
    EventText.of(event, at).or(() -> stageEnd(event, at)).ifPresent(lines);
  }

  private static Optional<String> stageEnd(Event event, Instant at) {
    return switch (event) {
      case BackupRestored restored ->
          Optional.of(
              "%s RESTORE done on %s, attempt %d, in %s"
                  .formatted(
                      EventText.time(at),
                      restored.host(),
                      restored.attempt(),
                      Figures.millis(restored.durationMillis())));
      case ReplicaCaughtUp caughtUp ->
          Optional.of(
              "%s CATCH_UP done, attempt %d".formatted(EventText.time(at), caughtUp.attempt()));
      default -> Optional.empty();
    };
  }

  private void progress(SeedingProgress progress, Instant at) {
    if (progress.stage() != stage || at.isAfter(progressReportedAt.plus(BETWEEN_PROGRESS_LINES))) {
      stage = progress.stage();
      progressReportedAt = at;
      lines.accept(
          "%s %s on %s: %s%s"
              .formatted(
                  EventText.time(at),
                  progress.stage(),
                  progress.host(),
                  ProgressText.done(new Fleet.Progress(progress, at)),
                  progress.note() == null ? "" : "; " + ForeignText.shown(progress.note())));
    }
  }

  private void waiting(BackupStatus status, Instant at) {
    if (!ForeignText.shown(status.headline()).equals(headline)) {
      headline = ForeignText.shown(status.headline());
      lines.accept("%s waiting: %s".formatted(EventText.time(at), headline));
    }
  }

  private static @Nullable String seedingOf(Event event) {
    return switch (event) {
      case SeedingAssigned assigned -> assigned.seeding();
      case SeedingProgress progress -> progress.seeding();
      case BackupRestored restored -> restored.seeding();
      case ReplicaCaughtUp caughtUp -> caughtUp.seeding();
      case SeedingFailed failure -> failure.seeding();
      case ServerChecked checked -> checked.seeding();
      case BackupCreated created -> created.seeding();
      case BackupValidated validated -> validated.seeding();
      case ValidationFailed failure -> failure.seeding();
      case ValidationRequested requested -> requested.seeding();
      default -> null;
    };
  }
}

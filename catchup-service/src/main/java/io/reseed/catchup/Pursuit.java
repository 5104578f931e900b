package io.reseed.catchup;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.reseed.events.BackupRestored;
import io.reseed.events.SeedingAssigned;
import io.reseed.fleet.Failure;
import io.reseed.fleet.FailureClass;
import io.reseed.mysql.gtid.GtidSet;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * One seeding's way from its restore to its announcement. The methods that return a Pursuit are the
 * only legal transitions.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "state")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Pursuit.Unassigned.class, name = "unassigned"),
  @JsonSubTypes.Type(value = Pursuit.Awaiting.class, name = "awaiting"),
  @JsonSubTypes.Type(value = Pursuit.Attaching.class, name = "attaching"),
  @JsonSubTypes.Type(value = Pursuit.Following.class, name = "following"),
  @JsonSubTypes.Type(value = Pursuit.Announced.class, name = "announced"),
  @JsonSubTypes.Type(value = Pursuit.GivenUp.class, name = "given-up")
})
sealed interface Pursuit {

  /** The attempt that this state belongs to. */
  @JsonIgnore
  int attempt();

  /** When the machine wants to be called again without any input. */
  @JsonIgnore
  default Optional<Instant> wakeAt() {
    return Optional.empty();
  }

  /** A restore was announced before the assignment was read (topics have no common order). */
  record Unassigned(BackupRestored restored, Instant forgetAt) implements Pursuit {
    @Override
    public int attempt() {
      return restored.attempt();
    }

    @Override
    public Optional<Instant> wakeAt() {
      return Optional.of(forgetAt);
    }

    Attaching assigned(SeedingAssigned assignment, Instant now) {
      return Attaching.begin(assignment, restored, now);
    }

    Announced left(SeedingAssigned assignment) {
      return new Announced(assignment, restored);
    }
  }

  /** The server is being made. */
  record Awaiting(SeedingAssigned assignment) implements Pursuit {
    @Override
    public int attempt() {
      return assignment.attempt();
    }

    Awaiting reassigned(SeedingAssigned newer) {
      return new Awaiting(newer);
    }

    Attaching restored(BackupRestored restored, Instant now) {
      return Attaching.begin(assignment, restored, now);
    }

    Announced left(SeedingAssigned newer) {
      return new Announced(newer, null);
    }
  }

  /**
   * The server stands and is to be attached.
   *
   * @param beganAt when its restore was noted
   * @param trouble since when it stands still or could not be attached
   * @param retryAt when to try again; absent while a try is out
   * @param due whether a try is to go out now
   */
  record Attaching(
      SeedingAssigned assignment,
      BackupRestored restored,
      Instant beganAt,
      Trouble trouble,
      @Nullable Instant retryAt,
      boolean due)
      implements Pursuit {
    static Attaching begin(SeedingAssigned assignment, BackupRestored restored, Instant now) {
      return new Attaching(assignment, restored, now, new Trouble(now, false, null), null, true);
    }

    @Override
    public int attempt() {
      return assignment.attempt();
    }

    @Override
    public Optional<Instant> wakeAt() {
      return Optional.ofNullable(retryAt);
    }

    Attaching reassigned(SeedingAssigned newer, Instant now) {
      return new Attaching(newer, restored, beganAt, new Trouble(now, false, null), null, true);
    }

    /** What keeps it from being attached is counted from now on. */
    Attaching takenUp(Instant now) {
      Trouble anew = new Trouble(now, trouble.again(), trouble.message());
      return new Attaching(assignment, restored, beganAt, anew, retryAt, due);
    }

    /** The assignment changed in something that the attach does not depend on. */
    Attaching goneOn(SeedingAssigned newer) {
      return new Attaching(newer, restored, beganAt, trouble, retryAt, due);
    }

    Announced left(SeedingAssigned newer) {
      return new Announced(newer, restored);
    }

    Attaching tried() {
      return new Attaching(assignment, restored, beganAt, trouble, null, false);
    }

    Attaching deferred(Failure failure, Instant until) {
      Trouble told = new Trouble(trouble.since(), trouble.again(), failure.message());
      return new Attaching(assignment, restored, beganAt, told, until, false);
    }

    Following attached(String pinned, String executed, Instant now) {
      return new Following(
          assignment,
          restored,
          beganAt,
          new Target(pinned, executed, now),
          new Sight(executed, trouble.again() ? trouble.since() : now, now, List.of(), null),
          now,
          trouble.again());
    }

    GivenUp gaveUp(Failure failure) {
      return new GivenUp(assignment, failure);
    }
  }

  /**
   * The server replicates and is being watched.
   *
   * @param sampleAt when to look again; absent while a look is out
   * @param reattached whether it was attached a second time since its last progress
   */
  record Following(
      SeedingAssigned assignment,
      BackupRestored restored,
      Instant beganAt,
      Target target,
      Sight sight,
      @Nullable Instant sampleAt,
      boolean reattached)
      implements Pursuit {
    @Override
    public int attempt() {
      return assignment.attempt();
    }

    @Override
    public Optional<Instant> wakeAt() {
      return Optional.ofNullable(sampleAt);
    }

    Attaching reassigned(SeedingAssigned newer, Instant now) {
      return new Attaching(newer, restored, beganAt, new Trouble(now, false, null), null, true);
    }

    /** How long it stands still or does not answer is counted from now on. */
    Following takenUp(Instant now) {
      return new Following(
          assignment, restored, beganAt, target, sight.takenUp(now), sampleAt, reattached);
    }

    /** The assignment changed, but not the source. */
    Following goneOn(SeedingAssigned newer) {
      return new Following(newer, restored, beganAt, target, sight, sampleAt, reattached);
    }

    Announced left(SeedingAssigned newer) {
      return new Announced(newer, restored);
    }

    Following sampleTaken() {
      return new Following(assignment, restored, beganAt, target, sight, null, reattached);
    }

    Following seen(Sight newer, Instant nextSampleAt) {
      boolean moved = newer.progressedAt().isAfter(sight.progressedAt());
      return new Following(
          assignment, restored, beganAt, target, newer, nextSampleAt, reattached && !moved);
    }

    Attaching reattach(Instant now) {
      return new Attaching(
          assignment, restored, beganAt, new Trouble(sight.progressedAt(), true, null), null, true);
    }

    Announced caughtUp() {
      return new Announced(assignment, restored);
    }

    GivenUp gaveUp(Failure failure) {
      return new GivenUp(assignment, failure);
    }
  }

  /**
   * The server caught up and was announced; what follows is its coordinator's decision. Until it is
   * handed over or stopped it still follows its source.
   *
   * @param restored absent when the assignment was first read after the hand-over
   */
  record Announced(SeedingAssigned assignment, @Nullable BackupRestored restored)
      implements Pursuit {
    @Override
    public int attempt() {
      return assignment.attempt();
    }

    /** The source is the same, or the server is not ours to attach any more. */
    Announced reassigned(SeedingAssigned newer) {
      return new Announced(newer, restored);
    }

    /** The source died between the announcement and the hand-over. */
    Attaching repointed(SeedingAssigned newer, BackupRestored server, Instant now) {
      return new Attaching(newer, server, now, new Trouble(now, false, null), null, true);
    }
  }

  /** This attempt failed here; waits for another attempt or the end. */
  record GivenUp(SeedingAssigned assignment, Failure failure) implements Pursuit {
    @Override
    public int attempt() {
      return assignment.attempt();
    }

    GivenUp reassigned(SeedingAssigned newer) {
      return new GivenUp(newer, failure);
    }
  }

  /**
   * What keeps a server from being attached.
   *
   * @param since when it began; the stall is counted from here
   * @param again whether it was attached before and then stood still
   * @param message what the last try met, for people
   */
  record Trouble(Instant since, boolean again, @Nullable String message) {}

  /**
   * What a server has to reach.
   *
   * @param pinned what the source had executed when the server was attached
   * @param begunWith what the server had executed then
   * @param attachedAt when that was
   */
  record Target(String pinned, String begunWith, Instant attachedAt) {}

  /**
   * What was seen of a server.
   *
   * @param progressedAt when its executed set was last seen to grow
   * @param answeredAt when it last answered
   * @param lagMillis the last samples, oldest first; −1 where the lag was unknown
   */
  record Sight(
      String executed,
      Instant progressedAt,
      Instant answeredAt,
      List<Long> lagMillis,
      @Nullable Failure error) {
    private static final int SAMPLES_MAX = 10;

    public Sight {
      lagMillis = List.copyOf(lagMillis);
    }

    Sight answered(
        String executedNow, @Nullable Long lag, @Nullable Failure complaint, Instant now) {
      boolean moved = !GtidSet.parse(executed).contains(GtidSet.parse(executedNow));
      List<Long> samples = new ArrayList<>(lagMillis);
      samples.add(lag == null ? -1 : lag);
      int drop = Math.max(0, samples.size() - SAMPLES_MAX);
      return new Sight(
          executedNow,
          moved ? now : progressedAt,
          now,
          samples.subList(drop, samples.size()),
          // progress proves that a passing trouble is over, and nothing about one that stays
          moved && complaint != null && complaint.failureClass() == FailureClass.TRANSIENT
              ? null
              : complaint);
    }

    Sight takenUp(Instant now) {
      return new Sight(executed, now, now, lagMillis, error);
    }

    Sight complaining(Failure complaint) {
      return new Sight(executed, progressedAt, answeredAt, lagMillis, complaint);
    }

    Sight silent(Failure failure) {
      return new Sight(executed, progressedAt, answeredAt, List.of(), telling(failure));
    }

    /**
     * What to tell of a server that failed so. One that said what is wrong with it (its disk is
     * full) and then fell silent most likely died of that.
     */
    Failure telling(Failure latest) {
      return error != null
              && error.failureClass() != FailureClass.TRANSIENT
              && latest.failureClass() == FailureClass.TRANSIENT
          ? error
          : latest;
    }

    @JsonIgnore
    List<OptionalLong> lagSamples() {
      return lagMillis.stream()
          .map(lag -> lag < 0 ? OptionalLong.empty() : OptionalLong.of(lag))
          .toList();
    }
  }
}

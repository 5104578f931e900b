package io.reseed.validator.cycle;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.reseed.events.Assignment;
import io.reseed.events.BackupStatus;
import io.reseed.events.CycleKind;
import io.reseed.fleet.Failure;
import io.reseed.fleet.FailureCode;
import io.reseed.fleet.ServerAddress;
import io.reseed.fleet.ShardName;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One cycle: what it is for and what was tried for it.
 *
 * @param seeding the id of its dedicated server, over all attempts
 * @param aim what was to be reached, and why
 * @param attempt the newest attempt, 0 before the first
 * @param failures attempts that failed; a host without a free slot is not counted
 * @param hostsFailed where attempts failed: others are taken where possible
 * @param donorsFailed whose copies or streams failed, once per failure: others are taken where
 *     possible
 * @param proof what the newest attempt found out so far
 * @param takenUpAt when an instance took it up that did not begin it
 */
@JsonIgnoreProperties("reason") // where documents of the first release have it
record Plan(
    String seeding,
    Instant begunAt,
    Aim aim,
    int attempt,
    int failures,
    List<String> hostsFailed,
    List<ServerAddress> donorsFailed,
    @Nullable Failure lastFailure,
    Proof proof,
    @Nullable Instant takenUpAt) {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmssSSS'Z'").withZone(ZoneOffset.UTC);
  private static final int NAME_CHARACTERS_MAX = 150;

  /** Why a cycle is begun. */
  enum Cause {
    /** There is no usable backup: not needed any longer once one turns up. */
    LACK,
    /** Its time has come. */
    SCHEDULE,
    /** Somebody asked for it. */
    REQUEST,
    /** Somebody said that a backup is bad. */
    SUSPICION,
    /** A backup was condemned, or none fits, or a cycle failed for what a fresh one may avoid. */
    CURE
  }

  /**
   * What a cycle is for.
   *
   * @param prior what is restored; absent for a fresh cycle
   * @param reason why now, for people
   */
  record Aim(CycleKind kind, @Nullable Prior prior, Cause cause, String reason) {
    /** The aim of all cycles of the first release, whose documents do not tell it. */
    static final Aim FIRST = new Aim(CycleKind.FRESH, null, Cause.LACK, "it has no usable backup");
  }

  /** What has to be known of a backup also when it is gone. */
  record Prior(String backup, Instant createdAt, long bytesRaw) {
    static Prior of(BackupStatus.Backup backup) {
      return new Prior(backup.backup(), backup.createdAt(), backup.bytesRaw());
    }
  }

  Plan {
    hostsFailed = List.copyOf(hostsFailed);
    donorsFailed = List.copyOf(donorsFailed);
    aim = Objects.requireNonNullElse(aim, Aim.FIRST);
    proof = Objects.requireNonNullElse(proof, Proof.NONE);
  }

  static Plan begin(ShardName shard, Aim aim, Instant now) {
    String name = shard.cluster() + "_" + shard.shard();
    if (name.length() > NAME_CHARACTERS_MAX) {
      name = UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)).toString();
    }
    String seeding = "cycle-" + name + "-" + TIME.format(now);
    return new Plan(seeding, now, aim, 0, 0, List.of(), List.of(), null, Proof.NONE, null);
  }

  /** Since when a replica to copy from was waited for without a break. */
  Instant replicaAwaitedSince() {
    return takenUpAt == null ? begunAt : takenUpAt;
  }

  Plan takenUp(Instant now) {
    return new Plan(
        seeding,
        begunAt,
        aim,
        attempt,
        failures,
        hostsFailed,
        donorsFailed,
        lastFailure,
        proof,
        now);
  }

  CycleKind kind() {
    return aim.kind();
  }

  /** Whether somebody's word led to it. */
  boolean ofSuspicion() {
    return aim.cause() == Cause.SUSPICION;
  }

  /** What is restored; absent for a fresh cycle. */
  Optional<Prior> prior() {
    return Optional.ofNullable(aim.prior());
  }

  /** The id of what is restored. */
  @Nullable String backup() {
    return aim.prior() == null ? null : aim.prior().backup();
  }

  boolean restores(String backup) {
    return backup.equals(backup());
  }

  Plan assigned(Assignment assignment) {
    return new Plan(
        seeding,
        begunAt,
        aim,
        assignment.attempt(),
        failures,
        hostsFailed,
        donorsFailed,
        lastFailure,
        Proof.NONE,
        takenUpAt);
  }

  Plan with(Proof found) {
    return new Plan(
        seeding,
        begunAt,
        aim,
        attempt,
        failures,
        hostsFailed,
        donorsFailed,
        lastFailure,
        found,
        takenUpAt);
  }

  Plan failed(Assignment assignment, Failure failure) {
    // others were faster on that host: it costs nothing to try another
    boolean counted = !failure.is(FailureCode.NO_SLOT);
    Stream<String> hosts = Stream.concat(hostsFailed.stream(), Stream.of(assignment.host()));
    Stream<ServerAddress> sources = counted ? Stream.of(assignment.source()) : Stream.empty();
    return new Plan(
        seeding,
        begunAt,
        aim,
        attempt,
        counted ? failures + 1 : failures,
        hosts.distinct().toList(),
        Stream.concat(donorsFailed.stream(), sources).toList(),
        failure,
        Proof.NONE,
        takenUpAt);
  }

  /** The one whose copies failed least often; by address among equals. */
  Optional<ServerAddress> leastFailed(List<ServerAddress> donors) {
    return donors.stream()
        .min(
            Comparator.comparingInt((ServerAddress d) -> Collections.frequency(donorsFailed, d))
                .thenComparing(Comparator.naturalOrder()));
  }
}

package io.reseed.validator;

import io.reseed.events.Failure;
import io.reseed.events.SeedingAssigned;
import io.reseed.events.SeedingOrigin;
import io.reseed.events.ServerAddress;
import io.reseed.events.ShardName;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One cycle: what it is for and what was tried for it.
 *
 * @param seeding the id of its dedicated server, over all attempts
 * @param reason why it was begun, for people
 * @param attempt the newest attempt, 0 before the first
 * @param failures attempts that failed; a host without a free slot is not counted
 * @param hostsFailed where attempts failed: others are taken where possible
 * @param donorsFailed whose copies failed, once per failure: others are taken where possible
 */
record Plan(
    String seeding,
    Instant begunAt,
    String reason,
    int attempt,
    int failures,
    List<String> hostsFailed,
    List<ServerAddress> donorsFailed,
    @Nullable Failure lastFailure) {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmssSSS'Z'").withZone(ZoneOffset.UTC);
  private static final int NAME_CHARACTERS_MAX = 150;

  /** What a host says when others were faster: it costs nothing to try another. */
  private static final String NO_SLOT = "NO_SLOT";

  Plan {
    hostsFailed = List.copyOf(hostsFailed);
    donorsFailed = List.copyOf(donorsFailed);
  }

  static Plan begin(ShardName shard, String reason, Instant now) {
    String name = shard.cluster() + "_" + shard.shard();
    if (name.length() > NAME_CHARACTERS_MAX) {
      name = UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)).toString();
    }
    String seeding = "cycle-" + name + "-" + TIME.format(now);
    return new Plan(seeding, now, reason, 0, 0, List.of(), List.of(), null);
  }

  Plan assigned(SeedingAssigned assignment) {
    return new Plan(
        seeding,
        begunAt,
        reason,
        assignment.attempt(),
        failures,
        hostsFailed,
        donorsFailed,
        lastFailure);
  }

  Plan failed(SeedingAssigned assignment, Failure failure) {
    Stream<ServerAddress> donor =
        assignment.origin() instanceof SeedingOrigin.Donor origin
            ? Stream.of(origin.donor())
            : Stream.empty();
    boolean counted = !failure.code().equals(NO_SLOT);
    return new Plan(
        seeding,
        begunAt,
        reason,
        attempt,
        counted ? failures + 1 : failures,
        Stream.concat(hostsFailed.stream(), Stream.of(assignment.host())).distinct().toList(),
        counted ? Stream.concat(donorsFailed.stream(), donor).toList() : donorsFailed,
        failure);
  }

  /** The one whose copies failed least often; by address among equals. */
  Optional<ServerAddress> leastFailed(List<ServerAddress> donors) {
    return donors.stream()
        .min(
            Comparator.comparingInt((ServerAddress d) -> Collections.frequency(donorsFailed, d))
                .thenComparing(Comparator.naturalOrder()));
  }
}

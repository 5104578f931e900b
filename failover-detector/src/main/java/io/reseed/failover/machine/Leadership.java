package io.reseed.failover.machine;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.reseed.fleet.Failure;
import io.reseed.fleet.ServerAddress;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What is known about a shard's primary. Each state's methods are its only legal successors. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Leadership.Unconfirmed.class, name = "unconfirmed"),
  @JsonSubTypes.Type(value = Leadership.Led.class, name = "led"),
  @JsonSubTypes.Type(value = Leadership.Lost.class, name = "lost")
})
sealed interface Leadership {

  /** The verified primary, if there is one. */
  default Optional<ServerAddress> verified() {
    return this instanceof Led led ? Optional.of(led.primary) : Optional.empty();
  }

  /** What publishers claim that is not settled yet. */
  default Optional<Incident> unsettledClaim() {
    return switch (this) {
      case Unconfirmed unconfirmed -> Optional.ofNullable(unconfirmed.claim);
      case Led led -> Optional.ofNullable(led.claim);
      case Lost lost -> Optional.of(lost.incident);
    };
  }

  /**
   * No primary was ever verified.
   *
   * @param claim what a publisher claimed before the shard was declared or observed
   * @param failure what the last search found, once there was one
   */
  record Unconfirmed(@Nullable Incident claim, @Nullable Failure failure) implements Leadership {
    Unconfirmed claimed(Incident report) {
      return new Unconfirmed(claim == null ? report : claim.with(report), failure);
    }

    Unconfirmed searched(Failure found) {
      return new Unconfirmed(claim, found);
    }

    Led verified(ServerAddress primary, String uuid) {
      return Led.by(primary, uuid);
    }
  }

  /**
   * There is a verified primary.
   *
   * @param uuid its server_uuid when it was verified, by which replicas may know it under another
   *     name; null in what an older release wrote
   * @param probeFailures observations in a row in which it did not answer
   * @param claim a publisher claims that it failed, and no observation showed it yet
   * @param claimUntil when that is forgotten
   */
  record Led(
      ServerAddress primary,
      @Nullable String uuid,
      int probeFailures,
      @Nullable Incident claim,
      @Nullable Instant claimUntil)
      implements Leadership {
    private static Led by(ServerAddress primary, String uuid) {
      return new Led(primary, uuid, 0, null, null);
    }

    Led claimed(Incident report, Instant until) {
      return new Led(
          primary, uuid, probeFailures, claim == null ? report : claim.with(report), until);
    }

    /** What is claimed is remembered for as long as if it were claimed now. */
    Led takenUp(Instant until) {
      return claimUntil == null ? this : new Led(primary, uuid, probeFailures, claim, until);
    }

    Led withoutClaim() {
      return new Led(primary, uuid, probeFailures, null, null);
    }

    Led probed(int failures) {
      return new Led(primary, uuid, failures, claim, claimUntil);
    }

    Lost lost(Incident incident, Failure failure) {
      return new Lost(incident, failure);
    }
  }

  /**
   * The primary failed and no successor is verified yet.
   *
   * @param failure what the last search found
   */
  record Lost(Incident incident, Failure failure) implements Leadership {
    Lost claimed(Incident report) {
      return new Lost(incident.with(report), failure);
    }

    Lost searched(Failure found) {
      return new Lost(incident, found);
    }

    Led verified(ServerAddress primary, String uuid) {
      return Led.by(primary, uuid);
    }
  }
}

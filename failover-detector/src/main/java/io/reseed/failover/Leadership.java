package io.reseed.failover;

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

  /** What publishers said that is not settled yet. */
  default Optional<Incident> claim() {
    return switch (this) {
      case Unconfirmed unconfirmed -> Optional.ofNullable(unconfirmed.hint);
      case Led led -> Optional.ofNullable(led.hint);
      case Lost lost -> Optional.of(lost.incident);
    };
  }

  /**
   * No primary was ever verified.
   *
   * @param hint what a publisher said before the shard was declared or looked at
   * @param failure what the last search found, once there was one
   */
  record Unconfirmed(@Nullable Incident hint, @Nullable Failure failure) implements Leadership {
    Unconfirmed hinted(Incident report) {
      return new Unconfirmed(hint == null ? report : hint.with(report), failure);
    }

    Unconfirmed searched(Failure found) {
      return new Unconfirmed(hint, found);
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
   * @param probeFailures looks in a row that it did not answer
   * @param hint a publisher says that it failed, and it did not look so yet
   * @param hintUntil when that is forgotten
   */
  record Led(
      ServerAddress primary,
      @Nullable String uuid,
      int probeFailures,
      @Nullable Incident hint,
      @Nullable Instant hintUntil)
      implements Leadership {
    private static Led by(ServerAddress primary, String uuid) {
      return new Led(primary, uuid, 0, null, null);
    }

    Led hinted(Incident report, Instant until) {
      return new Led(
          primary, uuid, probeFailures, hint == null ? report : hint.with(report), until);
    }

    Led unhinted() {
      return new Led(primary, uuid, probeFailures, null, null);
    }

    Led probed(int failures) {
      return new Led(primary, uuid, failures, hint, hintUntil);
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
    Lost hinted(Incident report) {
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

package io.reseed.failover.machine;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.reseed.events.ShardStatus;
import io.reseed.fleet.ShardName;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Everything that the detector remembers of one shard. Each state's methods are its only legal
 * successors.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
  @JsonSubTypes.Type(value = FailoverState.Unknown.class, name = "unknown"),
  @JsonSubTypes.Type(value = FailoverState.Undeclared.class, name = "undeclared"),
  @JsonSubTypes.Type(value = DeclaredShard.class, name = "declared")
})
public sealed interface FailoverState
    permits FailoverState.Unknown, FailoverState.Undeclared, DeclaredShard {
  /** Raised by what an older version cannot go on with, see {@code StateCodec}. */
  int VERSION = 1;

  ShardName shard();

  /** The status as it was last published, if it was. */
  @Nullable ShardStatus status();

  /** What publishers claimed, as far as it is to be answered. */
  Claims claims();

  /** The state that is stored: without what the next look shows anyway. */
  default FailoverState kept() {
    return this;
  }

  /** The state after an event; total: an event that is not legal in a state changes nothing. */
  default FailoverState after(FailoverEvent event) {
    return switch (this) {
      case Unknown unknown ->
          switch (event) {
            case FailoverEvent.Declared declared -> unknown.declared(declared);
            case FailoverEvent.IncidentRemembered remembered -> unknown.remembers(remembered);
            case FailoverEvent.CareEnded _,
                FailoverEvent.ClaimNoted _,
                FailoverEvent.ClaimAnswered _,
                FailoverEvent.StatusPublished _,
                FailoverEvent.OfShard _ ->
                unknown;
          };
      case Undeclared undeclared ->
          switch (event) {
            case FailoverEvent.Declared declared -> undeclared.declared(declared);
            case FailoverEvent.IncidentRemembered remembered -> undeclared.remembers(remembered);
            case FailoverEvent.CareEnded _ -> undeclared.forgotten();
            case FailoverEvent.StatusPublished published ->
                undeclared.withStatus(published.status());
            case FailoverEvent.ClaimNoted noted ->
                undeclared.with(undeclared.claims().noted(noted.claim()));
            case FailoverEvent.ClaimAnswered answered ->
                undeclared.with(undeclared.claims().after(answered));
            case FailoverEvent.OfShard _ -> undeclared;
          };
      case DeclaredShard shard ->
          switch (event) {
            case FailoverEvent.Declared declared -> shard.declaredAnew(declared);
            case FailoverEvent.CareEnded _ -> shard.withdrawn();
            case FailoverEvent.StatusPublished published -> shard.withStatus(published.status());
            case FailoverEvent.IncidentRemembered _ -> shard;
            case FailoverEvent.ClaimNoted noted -> shard.with(shard.claims().noted(noted.claim()));
            case FailoverEvent.ClaimAnswered answered -> shard.with(shard.claims().after(answered));
            case FailoverEvent.OfShard ofShard -> shard.after(ofShard);
          };
    };
  }

  /** Nothing is known of the shard; such a state is not stored. */
  record Unknown(ShardName shard) implements FailoverState {
    @Override
    public @Nullable ShardStatus status() {
      return null;
    }

    @Override
    public Claims claims() {
      return Claims.NONE;
    }

    DeclaredShard declared(FailoverEvent.Declared event) {
      return DeclaredShard.begin(shard, event, null, Claims.NONE);
    }

    Undeclared remembers(FailoverEvent.IncidentRemembered event) {
      return new Undeclared(shard, event.incident(), event.at(), null, Claims.NONE);
    }
  }

  /** A publisher spoke of the shard, and nobody declared it. */
  record Undeclared(
      ShardName shard,
      Incident incident,
      Instant lastClaimAt,
      @Nullable ShardStatus status,
      Claims claims)
      implements FailoverState {
    /** What an older release stored has no claims. */
    public Undeclared {
      claims = Objects.requireNonNullElse(claims, Claims.NONE);
    }

    DeclaredShard declared(FailoverEvent.Declared event) {
      return DeclaredShard.begin(shard, event, incident, claims);
    }

    Undeclared remembers(FailoverEvent.IncidentRemembered event) {
      return new Undeclared(shard, event.incident(), event.at(), status, claims);
    }

    Undeclared withStatus(ShardStatus published) {
      return new Undeclared(shard, incident, lastClaimAt, published, claims);
    }

    Undeclared with(Claims next) {
      return new Undeclared(shard, incident, lastClaimAt, status, next);
    }

    Unknown forgotten() {
      return new Unknown(shard);
    }
  }
}

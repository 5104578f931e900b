package io.reseed.coordinator;

import java.util.Optional;

/**
 * A newer version of the service stored a state that this one cannot go on with. It passes when
 * that version, or a later one, runs again; nothing else helps.
 */
public final class StateTooNewException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Found in a state. */
  public StateTooNewException(int stored, int readable) {
    super("version %d, of which up to %d can be read".formatted(stored, readable));
  }

  private StateTooNewException(String message, StateTooNewException cause) {
    super(message, cause);
  }

  /** The one that Kafka Streams wrapped, perhaps several times. */
  static Optional<StateTooNewException> in(Throwable thrown) {
    Throwable cause = thrown;
    while (cause != null && !(cause instanceof StateTooNewException)) {
      cause = cause.getCause();
    }
    return cause instanceof StateTooNewException found ? Optional.of(found) : Optional.empty();
  }

  /** With all that a person has to know. */
  StateTooNewException of(String applicationId, String shard) {
    return new StateTooNewException(
        ("%s is too old for what a newer one stored of shard %s (%s): run the newer version again;"
                + " this one changed nothing and ends.")
            .formatted(applicationId, shard, getMessage()),
        this);
  }
}

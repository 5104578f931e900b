package io.reseed.kafka;

import io.reseed.kafka.BrokerRefusal.Reason;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/**
 * A broker refuses a client until somebody changes rights or settings: trying again does not help.
 * Neither the message nor a cause has a password.
 */
public final class BrokerRefusedException extends KafkaException {
  private static final long serialVersionUID = 1L;

  private final Reason reason;

  BrokerRefusedException(Reason reason, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  /** What is refused; the message has it in words. */
  public Reason reason() {
    return reason;
  }
}

package io.reseed.kafka;

/** Makes the dead letter of a record that could not be used. Pure and thread-safe. */
public interface DeadLetters {

  /** The topic; checked to exist when the service starts. */
  String topic();

  /**
   * The dead letter, on {@link #topic}. When it comes out larger than a publication may be, this is
   * called again with ever less of the record's value, see {@link RejectedRecord#omittedBytes}.
   */
  Publication letter(RejectedRecord rejected);
}

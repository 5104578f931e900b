package io.reseed.events;

/**
 * Why something could not be done: cause, on what, and what to do.
 *
 * @param code stable, upper case with underscores, e.g. {@code NO_HOST}; alerting may match on it
 * @param failureClass what may be done about it
 * @param message the cause and on what (shard, server, backup), for people
 * @param hint what to do next, for people
 */
public record Failure(String code, FailureClass failureClass, String message, String hint) {
  /** Checks that all parts are there and bounded. */
  public Failure {
    Check.name("failure.code", code);
    Check.present("failure.failureClass", failureClass);
    Check.text("failure.message", message);
    Check.text("failure.hint", hint);
  }
}

package io.reseed.restore;

import io.reseed.fleet.Failure;

/** A failure that this service found itself, on its way out of an action. */
final class FailureException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Failure failure;

  FailureException(Failure failure) {
    super(failure.message());
    this.failure = failure;
  }

  Failure failure() {
    return failure;
  }
}

package io.reseed.backup.verify;

import io.reseed.backup.verify.VerifyReport.Fault;

/** A part that does not hold, also when it is read once more. */
final class BadPart extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient StoredAt at;
  private final transient Fault fault;

  BadPart(StoredAt at, Fault fault) {
    super(fault.message());
    this.at = at;
    this.fault = fault;
  }

  StoredAt at() {
    return at;
  }

  Fault fault() {
    return fault;
  }
}

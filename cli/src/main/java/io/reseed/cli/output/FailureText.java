package io.reseed.cli.output;

import io.reseed.fleet.Failure;
import io.reseed.fleet.ForeignText;

/** What others wrote, for a terminal: a text of theirs cannot pass for a line of ours. */
final class FailureText {
  private FailureText() {}

  /** A free text of an event, on one line and whole. */
  static String shown(String text) {
    return ForeignText.shown(text, Failure.TEXT_CHARACTERS_MAX);
  }

  /** Three lines: what failed, what to do, and where there is more. */
  static String lines(Failure failure) {
    return "  ! %s: %s\n    do: %s\n    more: reseed explain %s\n"
        .formatted(failure.code(), shown(failure.message()), shown(failure.hint()), failure.code());
  }
}

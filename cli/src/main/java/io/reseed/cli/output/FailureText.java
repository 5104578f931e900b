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

  /** Two lines: what failed, and what to do. */
  static String lines(Failure failure) {
    return "  ! %s: %s\n    do: %s\n"
        .formatted(failure.code(), shown(failure.message()), shown(failure.hint()));
  }
}

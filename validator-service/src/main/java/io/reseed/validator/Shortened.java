package io.reseed.validator;

/** Texts that must not grow without bound. */
final class Shortened {
  private Shortened() {}

  /** The text's beginning, with a sign that there was more. */
  static String text(String text, int charactersMax) {
    return text.length() <= charactersMax ? text : text.substring(0, charactersMax) + "…";
  }
}

package io.reseed.fleet;

/** Texts that must not grow without bound. */
public final class ShortenedText {
  private ShortenedText() {}

  /**
   * The text's beginning, with a sign that there was more.
   *
   * @param charactersMax of the text itself; the sign is one more
   */
  public static String of(String text, int charactersMax) {
    return text.length() <= charactersMax ? text : text.substring(0, charactersMax) + "…";
  }
}

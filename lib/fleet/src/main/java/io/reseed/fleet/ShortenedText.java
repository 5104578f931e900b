package io.reseed.fleet;

/** Texts that must not grow without bound. */
public final class ShortenedText {
  private ShortenedText() {}

  /**
   * The text's beginning, with a sign that there was more. Never ends in half a character, which no
   * encoder would take.
   *
   * @param charactersMax of the text itself, at least 1; the sign is one more
   */
  public static String of(String text, int charactersMax) {
    if (text.length() <= charactersMax) {
      return text;
    }
    boolean within = Character.isHighSurrogate(text.charAt(charactersMax - 1));
    return text.substring(0, within ? charactersMax - 1 : charactersMax) + "…";
  }
}

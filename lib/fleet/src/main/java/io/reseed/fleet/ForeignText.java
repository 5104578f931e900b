package io.reseed.fleet;

/**
 * Texts that strangers wrote (keys, headers, events, answers of servers and proxies), as a log or a
 * terminal may show them: on one line, cut, and without anything that a terminal obeys or that
 * looks like other than it is.
 */
public final class ForeignText {
  private static final int CHARACTERS_MAX = 500;

  private ForeignText() {}

  /** {@link #shown(String, int)} with at most 500 characters. */
  public static String shown(String text) {
    return shown(text, CHARACTERS_MAX);
  }

  /**
   * The text's beginning. What does not print, line ends and other controls, signs that turn the
   * direction of writing or are invisible, and halves of characters, is written as Java and JSON
   * do: {@code \n}, {@code \u001b}. What was shown before stays as it is.
   *
   * @param charactersMax of the text itself, before anything is written in more characters
   */
  public static String shown(String text, int charactersMax) {
    String beginning = ShortenedText.of(text, charactersMax);
    StringBuilder shown = new StringBuilder(beginning.length() + 16);
    beginning.codePoints().forEach(character -> append(shown, character));
    return shown.toString();
  }

  /**
   * The whole text, with line ends and tabs left as they are: for a terminal, whose lines we laid
   * out; what strangers wrote in them was {@link #shown} before.
   */
  public static String onLines(String text) {
    StringBuilder shown = new StringBuilder(text.length() + 16);
    text.codePoints()
        .forEach(
            character -> {
              if (character == '\n' || character == '\t') {
                shown.append((char) character);
              } else {
                append(shown, character);
              }
            });
    return shown.toString();
  }

  private static void append(StringBuilder shown, int character) {
    switch (character) {
      case '\n' -> shown.append("\\n");
      case '\r' -> shown.append("\\r");
      case '\t' -> shown.append("\\t");
      default -> {
        if (prints(character)) {
          shown.appendCodePoint(character);
        } else {
          for (char half : Character.toChars(character)) {
            shown.append("\\u%04x".formatted((int) half));
          }
        }
      }
    }
  }

  private static boolean prints(int character) {
    return switch (Character.getType(character)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }
}

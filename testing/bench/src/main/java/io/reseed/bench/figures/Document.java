package io.reseed.bench.figures;

/**
 * The text of {@code docs/BENCHMARKS.md}. A run replaces only the sections that it measured: the
 * others, and what people wrote around them, stay.
 */
public final class Document {
  private static final String INTRODUCTION =
      """
      # Benchmarks

      Written by `./reseed bench`; [how to read and repeat it](#how-it-is-measured) is at the end.
      """;

  private final String text;

  private Document(String text) {
    this.text = text;
  }

  /** What is there; an empty text begins a new document. */
  public static Document of(String text) {
    return new Document(text.isBlank() ? INTRODUCTION : text);
  }

  /**
   * This document with this content in the section of that id, which is added where it is missing.
   */
  public Document with(String id, String content) {
    String begin = "<!-- begin " + id + " -->\n";
    String end = "<!-- end " + id + " -->\n";
    String whole = begin + content + end;
    int from = text.indexOf(begin);
    int to = text.indexOf(end);
    if (from >= 0 && to > from) {
      return new Document(text.substring(0, from) + whole + text.substring(to + end.length()));
    }
    return new Document(text + "\n" + whole);
  }

  /** The whole text. */
  public String text() {
    return text;
  }
}

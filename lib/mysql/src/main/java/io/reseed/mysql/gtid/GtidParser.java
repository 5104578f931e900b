package io.reseed.mysql.gtid;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Reads MySQL's text form of a GTID set, character by character, with bounded memory. */
final class GtidParser {
  /** Sixteen Mi characters: more than 300,000 intervals, which no healthy server has. */
  static final int TEXT_LENGTH_MAX = 16 << 20;

  private static final int UUID_LENGTH = 36;
  private static final int TAG_LENGTH_MAX = 32;
  private static final int DIGITS_MAX = 19;

  private final String text;
  private final Map<Source, Pairs> found = new HashMap<>();
  private int position;

  private GtidParser(String text) {
    this.text = text;
  }

  static SortedMap<Source, Intervals> parse(String text) {
    if (text.length() > TEXT_LENGTH_MAX) {
      throw new IllegalArgumentException(
          "GTID set of %d characters is longer than %d".formatted(text.length(), TEXT_LENGTH_MAX));
    }
    GtidParser parser = new GtidParser(text);
    parser.readAll();
    SortedMap<Source, Intervals> sets = new TreeMap<>();
    parser.found.forEach((source, pairs) -> sets.put(source, pairs.intervals()));
    return sets;
  }

  /** Parts separated by commas; the server ignores empty ones, and so do we. */
  private void readAll() {
    skipSpace();
    while (position < text.length()) {
      if (text.charAt(position) != ',') {
        readPart();
        if (position < text.length() && text.charAt(position) != ',') {
          throw error("expected ',' or the end");
        }
      }
      if (position < text.length()) {
        position++;
      }
      skipSpace();
    }
  }

  private void readPart() {
    String uuid = readUuid();
    String tag = "";
    boolean intervalRead = false;
    do {
      expectColon();
      if (position < text.length() && isTagStart(text.charAt(position))) {
        if (!tag.isEmpty() && !intervalRead) {
          throw error("tag '" + tag + "' has no interval");
        }
        tag = readTag();
        intervalRead = false;
      } else {
        readInterval(found.computeIfAbsent(new Source(uuid, tag), _ -> new Pairs()));
        intervalRead = true;
      }
      skipSpace();
    } while (position < text.length() && text.charAt(position) == ':');
    if (!intervalRead) {
      throw error("expected an interval");
    }
  }

  private String readUuid() {
    int end = position + UUID_LENGTH;
    if (end > text.length()) {
      throw error("expected a UUID of 36 characters");
    }
    String uuid = text.substring(position, end);
    for (int i = 0; i < UUID_LENGTH; i++) {
      char c = uuid.charAt(i);
      boolean dash = i == 8 || i == 13 || i == 18 || i == 23;
      if (dash ? c != '-' : Character.digit(c, 16) < 0 || c > 'f') {
        position += i;
        throw error("not a UUID");
      }
    }
    position = end;
    skipSpace();
    return uuid.toLowerCase(Locale.ROOT);
  }

  private void expectColon() {
    if (position >= text.length() || text.charAt(position) != ':') {
      throw error("expected ':'");
    }
    position++;
    skipSpace();
  }

  private String readTag() {
    int start = position;
    while (position < text.length() && isTagPart(text.charAt(position))) {
      position++;
    }
    if (position - start > TAG_LENGTH_MAX) {
      position = start;
      throw error("tag longer than 32 characters");
    }
    return text.substring(start, position).toLowerCase(Locale.ROOT);
  }

  private void readInterval(Pairs pairs) {
    int start = position;
    long first = readNumber();
    long last = first;
    skipSpace();
    if (position < text.length() && text.charAt(position) == '-') {
      position++;
      skipSpace();
      last = readNumber();
    }
    if (last < first) {
      position = start;
      throw error("interval " + first + "-" + last + " runs backwards");
    }
    pairs.add(first, last);
  }

  private long readNumber() {
    int start = position;
    while (position < text.length() && isDigit(text.charAt(position))) {
      position++;
    }
    String digits = text.substring(start, position);
    if (digits.isEmpty()) {
      throw error("expected a transaction number");
    }
    long number = digits.length() > DIGITS_MAX ? 0 : toLong(digits);
    if (number < 1 || number > Intervals.NUMBER_MAX) {
      position = start;
      throw error("transaction number out of 1 to " + Intervals.NUMBER_MAX);
    }
    return number;
  }

  /** 19 digits may exceed a long by less than a wrap to a positive number, so negative says so. */
  private static long toLong(String digits) {
    long number = 0;
    for (int i = 0; i < digits.length(); i++) {
      number = number * 10 + (digits.charAt(i) - '0');
    }
    return number;
  }

  private void skipSpace() {
    while (position < text.length() && " \t\n\r\f\u000B".indexOf(text.charAt(position)) >= 0) {
      position++;
    }
  }

  private IllegalArgumentException error(String what) {
    int end = Math.min(text.length(), position + 20);
    return new IllegalArgumentException(
        "GTID set, position %d: %s, found '%s'"
            .formatted(position, what, text.substring(Math.min(position, end), end)));
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isTagStart(char c) {
    return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }

  private static boolean isTagPart(char c) {
    return isTagStart(c) || isDigit(c);
  }

  /** A growing list of pairs. */
  private static final class Pairs {
    private long[] bounds = new long[4];
    private int size;

    void add(long first, long last) {
      if (size == bounds.length) {
        bounds = Arrays.copyOf(bounds, size * 2);
      }
      bounds[size++] = first;
      bounds[size++] = last;
    }

    Intervals intervals() {
      return Intervals.ofPairs(Arrays.copyOf(bounds, size));
    }
  }
}

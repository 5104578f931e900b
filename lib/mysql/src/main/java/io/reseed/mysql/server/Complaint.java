package io.reseed.mysql.server;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a mysqld's own words blame for its end. A server that dies or does not come up may be its
 * host's fault as well as its files': this is the one place that tells them apart.
 *
 * @param kind what is to blame
 * @param quote the words, on one line
 */
public record Complaint(Kind kind, String quote) {
  /** What mysqld blames. */
  public enum Kind {
    /** The disk has no room left. */
    DISK_FULL,
    /** The files: a corrupt page, a broken dictionary or log, an assertion. */
    FILES
  }

  private static final int LINES_QUOTED = 6;

  private static final Pattern DISK_FULL =
      Pattern.compile(
          "No space left|Disk is full|quota exceeded|errno:? 28\\b|error number 28\\b",
          Pattern.CASE_INSENSITIVE);

  private static final Pattern FILES =
      Pattern.compile(
          "corrupt|data dictionary|log sequence number|assertion failure|checksum mismatch",
          Pattern.CASE_INSENSITIVE);

  /** The complaint in a text, e.g. of an exception that quotes the error log; empty for none. */
  public static Optional<Complaint> in(String text) {
    return among(text.lines().toList());
  }

  /** A full disk first: it is what makes files look bad, never the other way round. */
  static Optional<Complaint> among(List<String> lines) {
    return among(lines, Kind.DISK_FULL, DISK_FULL).or(() -> among(lines, Kind.FILES, FILES));
  }

  private static Optional<Complaint> among(List<String> lines, Kind kind, Pattern pattern) {
    List<String> found =
        lines.stream()
            .filter(line -> pattern.matcher(line).find())
            .limit(LINES_QUOTED)
            .map(String::strip)
            .toList();
    return found.isEmpty()
        ? Optional.empty()
        : Optional.of(new Complaint(kind, String.join(" | ", found)));
  }
}

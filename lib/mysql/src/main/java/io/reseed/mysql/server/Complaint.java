package io.reseed.mysql.server;

import io.reseed.mysql.FullDiskErrors;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a mysqld's own words blame for its end. A server that dies or does not come up may be its
 * host's fault as well as its files': this is the one place that tells them apart. No complaint of
 * the files is "Data Dictionary initialization failed" and its like: MySQL writes them after any
 * failure of InnoDB, also one for want of memory.
 *
 * @param kind what is to blame
 * @param quote the words, on one line
 */
public record Complaint(Kind kind, String quote) {
  /** What mysqld blames. */
  public enum Kind {
    /** The disk has no room left. */
    DISK_FULL,
    /** The keyring: not there, or without the keys that the files were encrypted with. */
    KEYRING,
    /** The files: damaged, missing, or not belonging together. */
    FILES
  }

  private static final Pattern LINE =
      Pattern.compile("\\[(ERROR|Warning)] (\\[MY-\\d{6}]) \\[(InnoDB|Server)] (.*)");

  /** Ours, where lines are quoted on one. */
  private static final Pattern LINE_ENDS = Pattern.compile("\\R| \\| ");

  /** MySQL 9.7's numbers, each seen on a real server with such files. */
  private static final Set<String> NUMBERS =
      Set.of(
          "[MY-011087]", // lower_case_table_names differs from the data dictionary's
          "[MY-011899]", // page unreadable after 100 attempts
          "[MY-011904]", // page bears another's number
          "[MY-011906]", // page checksum
          "[MY-012095]", // file is of another tablespace than the data dictionary says
          "[MY-012131]", // no valid file for a tablespace
          "[MY-012153]", // page beyond the end of its file
          "[MY-012222]", // page size of a file
          "[MY-012237]", // first page of a file
          "[MY-012239]", // space id of a file
          "[MY-012263]", // size of the system tablespace
          "[MY-012351]", // a tablespace's file is missing
          "[MY-013089]", // checksum of a redo log's header
          "[MY-013859]", // redo log's header unreadable
          "[MY-013862]"); // redo folder missing

  /** Error numbers with which mysqld says that it lacks encrypted files' keys. */
  private static final Set<String> KEYRING_NUMBERS =
      Set.of(
          "[MY-012226]", // encryption information of a file cannot be decrypted
          "[MY-012657]", // no master key
          "[MY-012676]", // check of the keyring failed
          "[MY-012908]", // encryption of a tablespace unreadable
          "[MY-013063]"); // redo log encrypted, keyring not loaded

  /**
   * InnoDB's words beyond those: 71 is its number for a file that is not there; assertions count
   * where they guard what pages hold, not where they guard memory, threads or time.
   */
  private static final Pattern WORDS =
      Pattern.compile(
          "corrupt|log sequence number .*future|OS error:? 71\\b"
              + "|Assertion failure: (btr|page|rem|row|fsp|fil|fut|trx|dict|lob|ibuf|fts|mach)0",
          Pattern.CASE_INSENSITIVE);

  /** The complaint in a text, e.g. of an exception that quotes the error log; empty for none. */
  public static Optional<Complaint> in(String text) {
    List<String> lines = LINE_ENDS.splitAsStream(text).toList();
    return in(condition -> lines.stream().filter(condition).findFirst());
  }

  /**
   * A full disk and missing keys first: they are what makes files look bad, never the other way
   * round.
   */
  static Optional<Complaint> in(Lines lines) {
    return lines
        .first(FullDiskErrors::in)
        .map(line -> new Complaint(Kind.DISK_FULL, line.strip()))
        .or(
            () ->
                lines
                    .first(Complaint::isOfKeyring)
                    .map(line -> new Complaint(Kind.KEYRING, line.strip())))
        .or(
            () ->
                lines
                    .first(Complaint::isOfFiles)
                    .map(line -> new Complaint(Kind.FILES, line.strip())));
  }

  /** A text that may be long. */
  interface Lines {
    /** The first line that the condition takes. */
    Optional<String> first(Predicate<String> condition);
  }

  private static boolean isOfKeyring(String line) {
    Matcher parts = LINE.matcher(line);
    return parts.find() && KEYRING_NUMBERS.contains(parts.group(2));
  }

  private static boolean isOfFiles(String line) {
    Matcher parts = LINE.matcher(line);
    if (!parts.find()) {
      return false;
    }
    boolean ofInnodb = parts.group(3).equals("InnoDB");
    return NUMBERS.contains(parts.group(2)) || (ofInnodb && WORDS.matcher(parts.group(4)).find());
  }
}
